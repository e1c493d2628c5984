import { de } from './de.ts';
import { en, type MailTexts } from './en.ts';

const catalogues = { en, de } satisfies Record<string, MailTexts>;

/** A language Postroom writes to its users in (ISO 639-1). */
type Language = keyof typeof catalogues;
export const languages = Object.keys(catalogues) as [Language, ...Language[]];

/** The words for mail to somebody who reads this language; English where none is known of them. */
export function mailTexts(language: string | null | undefined): MailTexts {
  return catalogues[languages.find((one) => one === language) ?? 'en'];
}
