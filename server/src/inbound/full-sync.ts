import { listMessages } from '../google/messages.ts';
import { getProfile } from '../google/profile.ts';
import { advanceCursor } from './cursor.ts';
import { type ReceiveDeps, receive } from './receive.ts';
import type { SyncBatch, SyncedMailbox } from './sync-batch.ts';

/** Listed again before the last stored message: mail is not always listed in the order it came. */
const listingOverlapMs = 24 * 3_600_000;

/**
 * Gmail no longer knows the cursor (404): lists what has come since the last stored message instead.
 * The new cursor is read before listing, so that nothing falls between the two (Gmail API, "Synchronize").
 */
export async function fullSync(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  const profile = await getProfile(deps.gmail);
  if (profile.kind !== 'ok') return profile;
  const since = await findListingStart(deps, mailbox);
  const ids: string[] = [];
  let pageToken: string | null = null;
  do {
    const query = `after:${Math.floor(since.getTime() / 1000)}`;
    const page = await listMessages(deps.gmail, { query, pageToken });
    if (page.kind !== 'ok') return page;
    ids.push(...page.value.messages.map(({ id }) => id));
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  const oldestFirst = ids.reverse().map((gmailId) => ({ gmailId, arrived: false }));
  const received = await receive(deps, mailbox, oldestFirst);
  if (received.kind !== 'ok') return received;
  await advanceCursor(deps.database, mailbox, profile.value.historyId);
  return { kind: 'ok', stored: received.stored, more: false };
}

/** Only reading tells how far has been read: a Sent copy of ours may be noted days ahead of it. */
async function findListingStart({ database }: ReceiveDeps, mailbox: SyncedMailbox): Promise<Date> {
  const { instanceId, mailboxId, connectedAt } = mailbox;
  const last = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .innerJoin('message', (join) =>
        join
          .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('message.id', '=', 'gmailMessage.messageId'),
      )
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .where('message.origin', '=', 'gmail')
      .select('gmailMessage.internalDate as at')
      .orderBy('gmailMessage.internalDate', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  const withOverlap = (last?.at?.getTime() ?? connectedAt.getTime()) - listingOverlapMs;
  return new Date(Math.max(withOverlap, connectedAt.getTime() - 60_000));
}
