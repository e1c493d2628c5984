import type { TextTerm } from './parse-query.ts';

/** A piece of text, and whether it matches the search. */
export type Segment = { text: string; hit: boolean };

const word = /[\p{L}\p{N}\p{M}]+/gu;
const contextLength = 70;

/** Normalises a word like the SQL function search_fold, for the usual letters. */
function fold(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
}

type HighlightTerms = { words: Set<string>; prefixes: string[] };

/** The words to highlight in a field: those searched in it and those searched everywhere. */
export function highlightTerms(textTerms: TextTerm[][], field: 'subject' | 'text'): HighlightTerms {
  const highlighted: HighlightTerms = { words: new Set(), prefixes: [] };
  for (const one of textTerms.flat()) {
    if (one.not || (one.field !== '' && one.field !== field)) continue;
    const parts = (one.text.match(word) ?? []).map(fold);
    const last = one.prefix ? parts.pop() : undefined;
    for (const part of parts) highlighted.words.add(part);
    if (last) highlighted.prefixes.push(last);
  }
  return highlighted;
}

/** Divides a text into segments that match or do not. */
export function highlight(text: string, { words, prefixes }: HighlightTerms): Segment[] {
  const pieces: Segment[] = [];
  const add = (piece: string, hit: boolean) => {
    const last = pieces.at(-1);
    if (piece === '') return;
    if (last?.hit === hit) last.text += piece;
    else pieces.push({ text: piece, hit });
  };
  let end = 0;
  for (const match of text.matchAll(word)) {
    const folded = fold(match[0]);
    if (!words.has(folded) && !prefixes.some((prefix) => folded.startsWith(prefix))) continue;
    add(text.slice(end, match.index), false);
    add(match[0], true);
    end = match.index + match[0].length;
  }
  add(text.slice(end), false);
  return pieces;
}

/** The passage around the first match of a text, highlighted; its beginning if there is none. */
export function excerpt(text: string, highlighted: HighlightTerms): Segment[] {
  const flat = text.replace(/\s+/g, ' ').trim();
  let at = 0;
  for (const match of flat.matchAll(word)) {
    const folded = fold(match[0]);
    if (highlighted.words.has(folded) || highlighted.prefixes.some((prefix) => folded.startsWith(prefix))) {
      at = match.index;
      break;
    }
  }
  const from = at <= contextLength ? 0 : flat.indexOf(' ', at - contextLength) + 1;
  const short = flat.slice(from, at + 2 * contextLength);
  return highlight(
    `${from > 0 ? '… ' : ''}${short}${from + short.length < flat.length ? ' …' : ''}`,
    highlighted,
  );
}
