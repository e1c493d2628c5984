const marks = /[\u0300-\u036f\u3099\u309a]+/g;
const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  ς: 'σ',
};
const spelledLetters: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/**
 * A text as names and words are compared: small letters without marks (`Müller` is `muller`, `Straße` is
 * `strasse`). The same as the SQL function fold_letters.
 */
export function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(/[ßæœøłđðıς]/g, (letter) => plainLetters[letter]!);
}

/** A text with ä, ö, ü, ø and å as people write them without these letters: `Mueller`. As in SQL. */
function spellOut(text: string): string {
  return text.normalize('NFC').replace(/[äöüøå]/gi, (letter) => spelledLetters[letter.toLowerCase()]!);
}

/** The folded forms of a text, one or two: `muller` and `mueller` of `Müller`. */
export function spellings(text: string): string[] {
  return [...new Set([foldLetters(text), foldLetters(spellOut(text))])];
}

/** Whether a text begins with what was typed, in any spelling. */
export function beginsWith(text: string, typed: string): boolean {
  return compare(text, typed, (one, other) => one.startsWith(other));
}

/** Whether a text contains what was typed, in any spelling. */
export function contains(text: string, typed: string): boolean {
  return compare(text, typed, (one, other) => one.includes(other));
}

/** Whether two texts have a spelling in common. */
export function isSameWord(text: string, typed: string): boolean {
  return compare(text, typed, (one, other) => one === other);
}

function compare(text: string, typed: string, matches: (one: string, other: string) => boolean): boolean {
  const searched = spellings(typed);
  return spellings(text).some((one) => searched.some((other) => matches(one, other)));
}
