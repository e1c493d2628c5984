const scripts: Array<[name: string, letters: RegExp]> = [
  ['latin', /[\p{Script=Latin}µ]/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['thai', /\p{Script=Thai}/u],
  // Japanese and Korean mix these, and Latin letters follow them without a space.
  [
    'east-asian',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}ー々]/u,
  ],
  ['other', /\p{L}/u],
];

type Letter = {
  script: string | null;
  upper: boolean;
  lower: boolean;
  symbol: boolean;
  closing: boolean;
  impossible: boolean;
};
const known = new Map<string, Letter>();

function classify(character: string): Letter {
  const cached = known.get(character);
  if (cached) return cached;
  const letter = {
    script: scripts.find(([, letters]) => letters.test(character))?.[0] ?? null,
    upper: /\p{Lu}/u.test(character),
    lower: /\p{Ll}/u.test(character),
    symbol: character > '\u007f' && /[\p{S}\p{P}\p{N}\p{Z}\p{Cf}]|[ªº]/u.test(character),
    closing: /[»”“’…–—\u00a0،؛؟。、！？]/u.test(character),
    impossible:
      character > '\u007f' &&
      /[\u0080-\u009f\ufffd\u0180-\u0191\u0193-\u019f\u01a2-\u01ae\u01b1-\u01cc\u01dd-\u0217\u021c-\u02af\p{Co}\p{Cn}\p{Cs}]/u.test(
        character,
      ),
  };
  // A text has few different characters; a hostile one may have all.
  if (known.size < 5_000) known.set(character, letter);
  return letter;
}

/**
 * How much of a text, beyond ASCII, nobody writes: control and unassigned characters, rare letters, words of two
 * scripts, capitals within words, capitals before signs. 0 for ordinary text in any language. Reading bytes in the
 * wrong character set results in such text.
 */
export function oddness(text: string): number {
  let sum = 0;
  let before = classify(' ');
  let beforeIsAscii = true;
  for (const character of text) {
    const isAscii = character <= '\u007f';
    const letter = classify(character);
    if (!isAscii || !beforeIsAscii) sum += oddnessOfPair(before, letter, isAscii || beforeIsAscii);
    before = letter;
    beforeIsAscii = isAscii;
  }
  return sum;
}

function oddnessOfPair(before: Letter, letter: Letter, oneIsAscii: boolean): number {
  if (letter.impossible) return 4;
  if (before.script && letter.script) {
    const eastAsian = before.script === 'east-asian' || letter.script === 'east-asian';
    if (before.script !== letter.script) return eastAsian && oneIsAscii ? 0 : 2;
    return before.lower && letter.upper ? 1 : 0;
  }
  if (!before.script || !letter.symbol || oneIsAscii) return 0;
  if (before.script !== 'latin') return letter.closing ? 0 : 2;
  return before.upper ? 2 : 1;
}
