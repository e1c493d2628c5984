import { type Language, languages } from './words.ts';

const key = 'postroom language';
const known = (code: string): code is Language => code in languages;

/** The language chosen in this browser, else the first of the browser's own that there are words in. */
export function chosenLanguage(): Language {
  const wanted = [read(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return (wanted.find((code) => code !== null && known(code)) as Language | undefined) ?? 'en';
}

/** Chooses a language for this browser; the page begins anew in it. */
export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // A browser that keeps nothing goes by its own languages.
  }
  location.reload();
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
