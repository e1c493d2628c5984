import { languages } from './messages.ts';

const key = 'postroom language';

/** The language chosen in this browser, else the first of the browser's own that there is a catalogue in. */
export function chosenLanguage(): string {
  const wanted = [readChoice(), ...navigator.languages.map((tag) => tag.split('-')[0]!)];
  return wanted.find((code) => code !== null && languages.includes(code)) ?? 'en';
}

/** Chooses a language for this browser; the page is loaded again in it. */
export function chooseLanguage(language: string): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // A browser that keeps nothing goes by its own languages.
  }
  location.reload();
}

function readChoice(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
