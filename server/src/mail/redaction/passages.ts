import { type Finder, type Match, redactionMark } from './redact-text.ts';

/** In letters. A shorter passage would match parts of unrelated words. */
export const minPassageLength = 3;

/**
 * A finder for a passage as people see it: ignores case, the kind of white space, line breaks, quotation
 * marks (`>`), zero-width characters, and the asterisks and underscores of emphasis in plain text.
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

/** The length of a passage in letters, as minPassageLength counts them. */
export function passageLength(passage: string): number {
  return normalizeText(passage).letters.length;
}

type Gap = 'none' | 'space' | 'line';

/** The letters of a text without white space, the start and end index of each, and `gaps[n]` before letter n. */
type NormalizedText = { letters: string; at: number[]; ends: number[]; gaps: Gap[] };

const invisible = /\p{Cf}|\u034f|[*_]/u;
/** Characters that mail programs write differently in the plain text and the HTML of one message. */
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
        // One entry for each UTF-16 code unit, so that indexes into `letters` fit the other arrays.
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

/** Whether both have spaces between the same words. Not compared within numbers and at line breaks. */
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
