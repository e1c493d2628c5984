import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { languageOf } from '../mail/compose/language.ts';

/** For whom a message is written. `utcOffset`: how far their clock is ahead of UTC, in minutes; null if unknown. */
export type Reader = { language: string | null; utcOffset: number | null };

/** The customer of a conversation, by the newest emails from outside; `fallback`: the language if they tell none. */
export async function readerOf(
  tx: InstanceTransaction,
  conversationId: string,
  fallback: string | null,
): Promise<Reader> {
  const emails = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '=', 'inbound')
    .where('kind', '=', 'ordinary')
    .select(({ fn, ref, val }) => [
      fn<string>('left', [fn.coalesce(ref('ownText'), ref('bodyText')), val(2_000)]).as('text'),
      'utcOffset',
    ])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(3)
    .execute();
  const utcOffset = emails.find((email) => email.utcOffset !== null)?.utcOffset ?? null;
  for (const { text } of emails) {
    const language = await languageOf(text);
    if (language) return { language, utcOffset };
  }
  return { language: fallback, utcOffset };
}

/**
 * A time as the reader's clock shows it, in their language. Programs whose clock is UTC are mostly servers, so
 * that time is named.
 */
export function formatForReader(at: Date, { language, utcOffset }: Reader): string {
  const shown = new Date(at.getTime() + (utcOffset ?? 0) * 60_000).toLocaleString(localeOf(language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return utcOffset ? shown : `${shown} UTC`;
}

/** English as it is written outside of America. */
function localeOf(language: string | null): string {
  return language && language !== 'en' ? language : 'en-GB';
}
