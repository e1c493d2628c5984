import { en, type Words } from './en.ts';

/** The languages there are, by their code (ISO 639-1), each named in itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const catalogues: Record<Language, () => Promise<Words>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
};
/** How each language writes times and numbers (BCP 47): 24 hours. */
const locales: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

/** The words of the language in use; chosen before the first page is drawn, so never kept at module level. */
export let words: Words = en;
export let language: Language = 'en';
export let locale: string = locales.en;

/** Speaks a language from here on. */
export async function speak(chosen: Language): Promise<void> {
  words = await catalogues[chosen]();
  locale = locales[chosen];
  language = chosen;
  document.documentElement.lang = chosen;
}
