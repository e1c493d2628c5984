import { sql } from 'kysely';
import { foldLetters } from '../../../locales/fold-letters.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { parseSearch } from './parse-query.ts';
import { search } from './search.ts';

/** The latest messages whose words are compared. No list of words is kept: it would keep removed ones. */
const comparedMessages = 1_000;
/** Longer messages are left out: they are logs and tables more often than words. */
const maxWords = 2_000;
/** Shorter words are not corrected: too many others are similar. */
const minLength = 4;

/**
 * A search that found nothing, with its misspelt words corrected; null if that finds nothing either. A word is
 * misspelt if the latest messages do not contain it but a similar one. Only words of letters: a number has many
 * that are like it.
 */
export async function correctSpelling(
  tx: InstanceTransaction,
  query: { text: string; userId: string; timeZone: string },
): Promise<string | null> {
  const asked = parseSearch(query.text).textTerms.flat();
  const words = asked.flatMap(({ not, text }) => (not ? [] : (text.match(/\p{L}+/gu) ?? [])));
  const long = [...new Set(words)].filter((word) => word.length >= minLength);
  if (long.length === 0) return null;
  const known = await wordsOfLatestMessages(tx);
  let corrected = query.text;
  for (const word of long) {
    const similar = mostSimilar(foldLetters(word), known);
    if (similar) corrected = corrected.replace(/\p{L}+/gu, (each) => (each === word ? similar : each));
  }
  if (corrected === query.text) return null;
  const { conversations } = await search(tx, { ...query, text: corrected, limit: 1 });
  return conversations.length > 0 ? corrected : null;
}

type KnownWord = { word: string; messages: number };

async function wordsOfLatestMessages(tx: InstanceTransaction): Promise<KnownWord[]> {
  // Without the fields' words, which contain a slash.
  const { rows } = await sql<KnownWord>`
    select word, ndoc as messages from ts_stat(
      'select case when length(words) <= ${sql.raw(String(maxWords))} then words end
        from message_search order by sent_at desc limit ${sql.raw(String(comparedMessages))}'
    ) where length(word) >= ${minLength - 1} and strpos(word, '/') = 0`.execute(tx.sql);
  return rows;
}

/** Of the words at the smallest distance the most frequent one; null if the word is known or none is near. */
function mostSimilar(word: string, known: KnownWord[]): string | null {
  let best: { distance: number; messages: number; word: string } | null = null;
  const allowed = word.length >= 7 ? 2 : 1;
  for (const { word: other, messages } of known) {
    if (other === word) return null;
    if (Math.abs(other.length - word.length) > allowed) continue;
    const distance = editDistance(word, other, allowed);
    if (distance > allowed) continue;
    if (!best || distance < best.distance || (distance === best.distance && messages > best.messages))
      best = { distance, messages, word: other };
  }
  return best?.word ?? null;
}

/**
 * How many letters are to be inserted, removed, replaced or exchanged with their neighbour (optimal string
 * alignment distance); a number above `most` if it is more than that.
 */
function editDistance(a: string, b: string, most: number): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      row[j] = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
