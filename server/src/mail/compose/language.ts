/** Of scripts that one language uses, for texts too short to be told otherwise. */
const scripts: Array<[language: string, script: RegExp]> = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh', /\p{Script=Han}/u],
  ['el', /\p{Script=Greek}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['th', /\p{Script=Thai}/u],
];
/** In characters: enough to tell a language. */
const maxLength = 2_000;

/** The language of a text (ISO 639-1); null if it cannot be told. */
export async function languageOf(text: string): Promise<string | null> {
  const words = wordsOf(text);
  if (!/\p{L}{2}/u.test(words)) return null;
  // Loaded when it is first needed: it takes 20 MB.
  const { eld } = await import('eld/extrasmall');
  const found = eld.detect(words);
  if (found.language && found.isReliable()) return found.language;
  return scripts.find(([, script]) => script.test(words))?.[0] ?? null;
}

/** Without addresses and links. */
function wordsOf(text: string): string {
  return text.slice(0, maxLength).replace(/(?<!\S)\S*(?:@|:\/\/)\S*/g, ' ');
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;

/** The direction of most letters of a text. */
export function directionOf(text: string): 'ltr' | 'rtl' {
  // Most texts have no such letter: the others need not be counted.
  if (text.search(rightToLeft) < 0) return 'ltr';
  const words = wordsOf(text);
  const letters = words.match(/\p{L}/gu)?.length ?? 0;
  return (words.match(rightToLeft)?.length ?? 0) * 2 > letters ? 'rtl' : 'ltr';
}
