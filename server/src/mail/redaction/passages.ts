import { type Finder, type Match, redactionMark } from './redact.ts';

/** A shorter passage would occur in many unrelated words. */
export const minPassageLength = 3;

/**
 * Finds a passage as readers see it: case-insensitive, whatever the white space, line breaks and quote prefixes
 * (`>`) in it, and ignoring zero-width characters and the asterisks of bold text.
 */
export function passageFinder(passage: string): Finder {
  const target = normalizeText(passage);
  if (target.letters.length < minPassageLength) return () => [];
  return (text) => {
    const normalized = normalizeText(text);
    const found: Match[] = [];
    for (let at = normalized.letters.indexOf(target.letters); at >= 0; ) {
      const end = at + target.letters.length;
      if (spacingMatches(target, normalized, at)) {
        found.push({ start: normalized.at[at]!, end: normalized.ends[end - 1]!, replacement: redactionMark });
        at = normalized.letters.indexOf(target.letters, end);
      } else at = normalized.letters.indexOf(target.letters, at + 1);
    }
    return found;
  };
}

/** The length of a passage without what is ignored. */
export function passageLength(passage: string): number {
  return normalizeText(passage).letters.length;
}

type Gap = 'none' | 'space' | 'line';

/** The characters of a text without white space, and the range of each; `gaps[n]`: what was before character n. */
type NormalizedText = { letters: string; at: number[]; ends: number[]; gaps: Gap[] };

const invisible = /\p{Cf}|\u034f|[*_]/u;
/** Characters that mail programs write differently in the HTML and the plain text of a message. */
const equivalentLetters = new Map(
  [
    { written: '‘’‚‛´`', as: "'" },
    { written: '“”„‟«»', as: '"' },
    { written: '‐‑‒–—−', as: '-' },
  ].flatMap(({ written, as }) => [...written].map((letter) => [letter, as] as const)),
);

function normalizeText(text: string): NormalizedText {
  const letters: string[] = [];
  const [at, ends, gaps]: [number[], number[], Gap[]] = [[], [], []];
  let gap: Gap = 'none';
  let lineBegins = true;
  let index = 0;
  for (const letter of text) {
    const start = index;
    index += letter.length;
    if (letter === '\n') {
      gap = 'line';
      lineBegins = true;
    } else if (/\s/u.test(letter) || (lineBegins && letter === '>')) gap = gap === 'line' ? 'line' : 'space';
    else if (!invisible.test(letter)) {
      const lower = equivalentLetters.get(letter) ?? letter.toLowerCase();
      for (const unit of lower.length === letter.length ? lower : letter) {
        // One entry for each UTF-16 code unit, so that indexes of the string are indexes of the arrays.
        for (let half = 0; half < unit.length; half += 1) {
          at.push(start);
          ends.push(index);
          gaps.push(half === 0 ? gap : 'none');
        }
        letters.push(unit);
        gap = 'none';
      }
      lineBegins = false;
    }
  }
  return { letters: letters.join(''), at, ends, gaps };
}

/** White space must be at the same positions, except within numbers and at line breaks. */
function spacingMatches(target: NormalizedText, normalized: NormalizedText, from: number): boolean {
  for (let at = 1; at < target.letters.length; at += 1) {
    const [expected, actual] = [target.gaps[at]!, normalized.gaps[from + at]!];
    if ((expected === 'none') === (actual === 'none')) continue;
    const digits = /\d/.test(target.letters[at - 1]!) && /\d/.test(target.letters[at]!);
    const acrossLines = expected === 'line' || actual === 'line';
    const atWordBoundary = !/[\p{L}\p{N}]{2}/u.test(target.letters.slice(at - 1, at + 1));
    if (!digits && !acrossLines && !atWordBoundary) return false;
  }
  return true;
}
