import { en } from './en.ts';

/** What a catalogue of words holds, whatever its language. */
export type Words = typeof en;

/** The languages there are, by their code (ISO 639-1), each named in itself. */
export const languages = { en: 'English' } as const;
export type Language = keyof typeof languages;

const catalogues: Record<Language, () => Promise<Words>> = { en: async () => en };
/** How each language writes times and numbers (BCP 47): 24 hours. */
const locales: Record<Language, string> = { en: 'en-GB' };

/** The words of the language in use; chosen before the first page is drawn, so never kept at module level. */
export let words: Words = en;
export let locale: string = locales.en;

/** Speaks a language from here on. */
export async function speak(language: Language): Promise<void> {
  words = await catalogues[language]();
  locale = locales[language];
  document.documentElement.lang = language;
}
