import { listMessages } from '../../google/messages.ts';
import { type ReceiveDeps, receive } from '../fetch/receive.ts';
import { followListing } from './follow-listing.ts';
import { readProfile } from './read-profile.ts';
import { replaceCursor, type SyncBatch, type SyncedMailbox } from './sync-state.ts';

/** How much before the last stored message the list starts: messages do not always become visible in order. */
const listingOverlapMs = 24 * 3_600_000;

/**
 * For a cursor that Gmail no longer has (404), or that is ahead of Gmail's history after a restore: lists what was
 * received since the last stored message. The
 * new cursor is read before listing, so that nothing is missed between the two (Gmail API, "Synchronize
 * clients with Gmail", full synchronization).
 */
export async function fullSync(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  const profile = await readProfile(deps, mailbox);
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
  const failure = await followListing(deps, mailbox);
  if (failure) return { ...failure, stored: received.stored };
  await replaceCursor(deps.database, mailbox, profile.value.historyId);
  return { kind: 'ok', stored: received.stored, more: false, readTo: null };
}

/** By messages that came from Gmail only: a message sent from here may be days newer than the last sync. */
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
