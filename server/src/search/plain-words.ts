import { foldLetters } from '../../../locales/fold-letters.ts';

/** As in the SQL function search_words, which takes longer texts in passages. */
const maxBytes = 50_000;
/** Limits of the type tsvector (https://www.postgresql.org/docs/current/textsearch-limitations.html). */
const maxWordLength = 2_046;
const maxPosition = 16_383;
const maxPositions = 255;

/** Letters beyond ASCII that only separate words, as in the SQL function search_fold. */
const separators = /[\u007f-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3008-\u3020]+/g;
const spelledTwice = /[äöüøå]/i;
/** Of letters after a number such as 1e5 Postgres makes a word of their own. */
const word = /[0-9]+e[0-9]+(?=[a-z])|[a-z0-9]+/g;
const beyondAscii = /[^\0-\u007f]/;

/**
 * The words of a text with their places, as text of a tsvector: the same that the SQL function search_words finds, in a
 * third of its time. Null where folding leaves letters beyond ASCII, where words have a second spelling, and for long
 * texts: what is a word there only Postgres knows.
 */
export function plainWords(text: string): string | null {
  if (text.length > maxBytes) return null;
  let folded = text.toLowerCase();
  if (beyondAscii.test(text)) {
    if (Buffer.byteLength(text) > maxBytes || spelledTwice.test(text.normalize('NFC'))) return null;
    folded = foldLetters(text).replace(separators, ' ');
    if (beyondAscii.test(folded)) return null;
  }
  const places = new Map<string, number[]>();
  let place = 0;
  for (const found of folded.match(word) ?? []) {
    if (found.length > maxWordLength) continue;
    if (place < maxPosition) place += 1;
    const known = places.get(found);
    if (!known) places.set(found, [place]);
    else if (known.length < maxPositions && known.at(-1) !== place) known.push(place);
  }
  return Array.from(places, ([each, at]) => `${each}:${at.join(',')}`).join(' ');
}
