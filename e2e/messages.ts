import { readFileSync } from 'node:fs';
import type { MessageKey } from '../locales/keys.ts';

/** The messages of a language by their keys, in ICU MessageFormat. */
export function messages(language: string): Record<MessageKey, string> {
  return JSON.parse(readFileSync(new URL(`../locales/${language}.json`, import.meta.url), 'utf8'));
}
