import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { listMessages } from '../../google/messages.ts';
import { units } from '../../google/quota.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { findNotStored } from '../fetch/receive.ts';

/** How many pages of 500 messages are listed for an estimate at most; 5 quota units each. */
const maxPages = 20;

/** `found`: messages that Gmail lists; `missing`: those of them not stored yet; `more`: there are more than that. */
export type ImportEstimate = { found: number; missing: number; more: boolean };

/** Lists what an import would bring in. Drafts and chats that the search finds are counted, though left out later. */
export async function estimateImport(
  { database, gmail }: { database: Database; gmail: Gmail },
  mailboxRef: MailboxRef,
  query: string,
): Promise<{ kind: 'ok'; value: ImportEstimate } | GoogleFailure> {
  const value: ImportEstimate = { found: 0, missing: 0, more: false };
  let pageToken: string | null = null;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await listMessages(gmail, { query, pageToken });
    if (page.kind !== 'ok') return page;
    const ids = page.value.messages.map(({ id }) => id);
    value.found += ids.length;
    value.missing += (await findNotStored(database, mailboxRef, ids)).length;
    pageToken = page.value.nextPageToken;
    if (pageToken === null) return { kind: 'ok', value };
  }
  return { kind: 'ok', value: { ...value, more: true } };
}

/**
 * Seconds that an import of so many messages takes at most, at the rate at which the bucket of the quota is
 * refilled: three quarters of the units (google/quota.ts), 20 a message.
 */
export function importSeconds(messages: number, unitsPerMinute: number): number {
  return Math.ceil((messages * units.messagesGet) / ((unitsPerMinute * 0.75) / 60));
}
