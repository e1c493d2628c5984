import { readdirSync, readFileSync } from 'node:fs';
import type { MessageKey } from '../locales/keys.ts';

const folder = new URL('../locales/', import.meta.url);

/** The languages of the catalogues (ISO 639-1). */
export const languages = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

/** The messages of a language by key, in ICU MessageFormat. */
export function messages(language: string): Record<MessageKey, string> {
  return JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));
}
