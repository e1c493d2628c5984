import { type Finder, type Found, redactionMark } from './redact.ts';

/** A shorter one would stand by chance in half of all words. */
export const shortestPassage = 3;

/**
 * Finds a passage as people see it: whatever the white space, line ends and quotation marks (`>`) within,
 * upper and lower case alike, across zero-width letters and the stars of bold words in plain text.
 */
export function passageFinder(passage: string): Finder {
  const needle = squeeze(passage);
  if (needle.letters.length < shortestPassage) return () => [];
  return (text) => {
    const hay = squeeze(text);
    const found: Found[] = [];
    for (let at = hay.letters.indexOf(needle.letters); at >= 0; ) {
      const end = at + needle.letters.length;
      if (fits(needle, hay, at)) {
        found.push({ start: hay.at[at]!, end: hay.ends[end - 1]!, instead: redactionMark });
        at = hay.letters.indexOf(needle.letters, end);
      } else at = hay.letters.indexOf(needle.letters, at + 1);
    }
    return found;
  };
}

/** How many letters of a passage count. */
export function passageLength(passage: string): number {
  return squeeze(passage).letters.length;
}

type Gap = 'none' | 'space' | 'line';

/** The letters of a text without anything between them, and where each stood; `gaps[n]` is before letter n. */
type Squeezed = { letters: string; at: number[]; ends: number[]; gaps: Gap[] };

const invisible = /\p{Cf}|\u034f|[*_]/u;
/** What mail programs write differently in the two forms of one message. */
const alike = new Map(
  [
    { written: '‘’‚‛´`', as: "'" },
    { written: '“”„‟«»', as: '"' },
    { written: '‐‑‒–—−', as: '-' },
  ].flatMap(({ written, as }) => [...written].map((letter) => [letter, as] as const)),
);

function squeeze(text: string): Squeezed {
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
      const lower = alike.get(letter) ?? letter.toLowerCase();
      for (const unit of lower.length === letter.length ? lower : letter) {
        // One place for each UTF-16 unit, so that indexes of the string are indexes of the places.
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

/** Words stay words: a space is one in both, but within numbers, or where a long line was broken. */
function fits(needle: Squeezed, hay: Squeezed, from: number): boolean {
  for (let at = 1; at < needle.letters.length; at += 1) {
    const [wanted, there] = [needle.gaps[at]!, hay.gaps[from + at]!];
    if ((wanted === 'none') === (there === 'none')) continue;
    const digits = /\d/.test(needle.letters[at - 1]!) && /\d/.test(needle.letters[at]!);
    const broken = wanted === 'line' || there === 'line';
    const beside = !/[\p{L}\p{N}]{2}/u.test(needle.letters.slice(at - 1, at + 1));
    if (!digits && !broken && !beside) return false;
  }
  return true;
}
