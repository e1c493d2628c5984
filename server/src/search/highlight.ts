import { foldLetters, spellings } from '../../../locales/fold-letters.ts';
import type { TextTerm } from './parse-query.ts';

/** A piece of text, and whether it matches the search. */
export type Segment = { text: string; hit: boolean };

/** Letters of scripts without spaces between words, as in the SQL function search_unspaced. */
const unspaced =
  '[\\p{sc=Han}\\p{sc=Hira}\\p{scx=Kana}\\p{sc=Bopo}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Mymr}\\p{sc=Khmr}]';
/** Words, and runs of such letters. */
const part = new RegExp(`(?<run>${unspaced}+)|(?:(?!${unspaced})[\\p{L}\\p{N}\\p{M}])+`, 'gu');
/** How many characters an excerpt has before and after its first match: a row of a list shows about 50. */
const contextLength = { before: 20, after: 140 };

type HighlightTerms = { words: Set<string>; prefixes: string[]; runs: string[] };

/** The words to highlight in a field: those searched in it and those searched everywhere. */
export function highlightTerms(
  textTerms: TextTerm[][],
  field: 'subject' | 'text' | 'from' | 'to',
): HighlightTerms {
  const highlighted: HighlightTerms = { words: new Set(), prefixes: [], runs: [] };
  for (const one of textTerms.flat()) {
    if (one.not || (one.field !== '' && one.field !== field)) continue;
    const parts = [...one.text.matchAll(part)];
    for (const [index, { 0: text, groups }] of parts.entries()) {
      if (groups?.run) highlighted.runs.push(foldLetters(text));
      else if (one.prefix && index === parts.length - 1) highlighted.prefixes.push(...spellings(text));
      else for (const spelling of spellings(text)) highlighted.words.add(spelling);
    }
  }
  return highlighted;
}

/** Divides a text into segments that match or do not. */
export function highlight(text: string, terms: HighlightTerms): Segment[] {
  const pieces: Segment[] = [];
  let end = 0;
  for (const [from, to] of matches(text, terms)) {
    if (from > end) pieces.push({ text: text.slice(end, from), hit: false });
    pieces.push({ text: text.slice(from, to), hit: true });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), hit: false });
  return pieces;
}

/** The passage around the first match of a text, highlighted; its beginning if there is none. */
export function excerpt(text: string, terms: HighlightTerms): Segment[] {
  const flat = text.replace(/\s+/g, ' ').trim();
  const [at] = matches(flat, terms).next().value ?? [0];
  const start = Math.max(0, at - contextLength.before);
  const space = start === 0 ? -1 : flat.indexOf(' ', start);
  // Not at a space behind the match, which is what is to be seen.
  const from = space >= 0 && space < at ? space + 1 : start;
  const short = flat.slice(from, at + contextLength.after).toWellFormed();
  return highlight(`${from > 0 ? '… ' : ''}${short}${from + short.length < flat.length ? ' …' : ''}`, terms);
}

/** The beginning and end of each match; those that touch are one. */
function* matches(text: string, terms: HighlightTerms): Generator<[from: number, to: number], undefined> {
  let last: [number, number] | undefined;
  for (const found of text.matchAll(part)) {
    const ranges = found.groups?.run ? rangesInRun(found[0], terms.runs) : [];
    if (!found.groups?.run && spellings(found[0]).some((word) => matchesWord(word, terms)))
      ranges.push([0, found[0].length]);
    for (const [from, to] of ranges.map(([from, to]) => [found.index + from, found.index + to] as const)) {
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else {
        if (last) yield last;
        last = [from, to];
      }
    }
  }
  if (last) yield last;
}

function matchesWord(word: string, { words, prefixes }: HighlightTerms): boolean {
  return words.has(word) || prefixes.some((prefix) => word.startsWith(prefix));
}

/** Where the searched runs are within a run, in order. Folding may change how many characters one is. */
function rangesInRun(run: string, searched: string[]): Array<[number, number]> {
  if (searched.length === 0) return [];
  let folded = '';
  const origins: number[] = [];
  let index = 0;
  for (const char of run) {
    const one = foldLetters(char);
    for (let count = 0; count < one.length; count += 1) origins.push(index);
    folded += one;
    index += char.length;
  }
  origins.push(run.length);
  const ranges: Array<[number, number]> = [];
  for (const each of searched) {
    if (each === '') continue;
    for (let at = folded.indexOf(each); at >= 0; at = folded.indexOf(each, at + each.length))
      ranges.push([origins[at]!, origins[at + each.length]!]);
  }
  return ranges.sort(([a], [b]) => a - b);
}
