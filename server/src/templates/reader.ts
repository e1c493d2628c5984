import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { languageOf } from '../mail/compose/language.ts';

/** For whom a message is written. `utcOffset`: how far their clock is ahead of UTC, in minutes; null if unknown. */
export type Reader = { language: string | null; utcOffset: number | null };

/** The customer of a conversation, by the newest emails from outside; `fallback`: the language if they tell none. */
export async function readerOf(
  tx: InstanceTransaction,
  conversationId: string,
  fallback: string | null,
): Promise<Reader> {
  return readerFrom(await newestEmails(tx, { conversationId }), fallback);
}

/** The same from the rows of `newestEmails`. */
export async function readerFrom(
  emails: Array<{ text: string; utcOffset: number | null }>,
  fallback: string | null,
): Promise<Reader> {
  const utcOffset = emails.find((email) => email.utcOffset !== null)?.utcOffset ?? null;
  for (const { text } of emails) {
    const language = await languageOf(text);
    if (language) return { language, utcOffset };
  }
  return { language: fallback, utcOffset };
}

/** The newest emails of a conversation from outside. */
export const newestEmails = prepared((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '=', 'inbound')
    .where('kind', '=', 'ordinary')
    .select(({ fn, ref }) => [
      fn<string>('left', [fn.coalesce(ref('ownText'), ref('bodyText')), sql.lit(2_000)]).as('text'),
      'utcOffset',
    ])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(3),
);

/**
 * A time as the reader's clock shows it, in their language. Programs whose clock is UTC are mostly servers, so
 * that time is named.
 */
export function formatForReader(at: Date, { language, utcOffset }: Reader): string {
  const locale = localeOf(language);
  // Creating one takes as long as composing a message.
  const format =
    formats.get(locale) ??
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  formats.set(locale, format);
  const shown = format.format(new Date(at.getTime() + (utcOffset ?? 0) * 60_000));
  return utcOffset ? shown : `${shown} UTC`;
}

/** By locale: as many as `languageOf` knows languages. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** English as it is written outside of America. */
function localeOf(language: string | null): string {
  return language && language !== 'en' ? language : 'en-GB';
}
