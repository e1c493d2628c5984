import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getRawMessage, type IncompleteMessage, listMessages } from '../../google/messages.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';

/** For so long a cut connection or a timeout is taken as the network's and never as the message's (ms). */
const networkPatienceMs = 10 * 60_000;

/**
 * Whether a failed fetch may be due to the message itself: an error of Gmail's, a refusal, or a response without
 * the message. Failures that concern the access, a limit or the network never are (R10). Only a connection that
 * is cut, or not answered, at the same place for ten minutes may be.
 */
export function mayBeOfMessage(
  failure: GoogleFailure | IncompleteMessage,
  failingSince: Date | null,
  now = new Date(),
): boolean {
  switch (failure.kind) {
    case 'incomplete':
      return true;
    case 'refused':
      return !failure.forbidden;
    case 'retry':
      if (failure.cause === 'precondition') return true;
      // Without `uncertain`, it was the token that could not be refreshed.
      if (failure.cause === 'google-busy') return failure.uncertain;
      return (
        (failure.cause === 'timed-out' || failure.cause === 'connection-cut') &&
        failingSince !== null &&
        now.getTime() - failingSince.getTime() >= networkPatienceMs
      );
    default:
      return false;
  }
}

/** How many other messages are tried: some may be deleted. */
const maxOthers = 3;

/**
 * Whether Gmail returns another message of the mailbox at this moment. If not, the failure of a message tells
 * nothing about that message: Gmail fails for all.
 */
export async function canReadOthers(
  { database, gmail }: { database: Database; gmail: Gmail },
  mailbox: MailboxRef,
  failedIds: Set<string>,
): Promise<boolean> {
  const stored = await firstAnswer(gmail, await smallStoredMessages(database, mailbox));
  // Those stored here may all be deleted in Gmail.
  return stored ?? (await firstAnswer(gmail, await listOthers(gmail, failedIds))) ?? false;
}

/** Whether the first of these messages that Gmail still has can be read; null if it has none of them. */
async function firstAnswer(gmail: Gmail, ids: string[]): Promise<boolean | null> {
  for (const id of ids) {
    const answer = await getRawMessage(gmail, id);
    if (answer.kind !== 'not-found') return answer.kind === 'ok';
  }
  return null;
}

/** Of the newest stored messages, the smallest. */
async function smallStoredMessages(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
): Promise<string[]> {
  const newest = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .innerJoin('rawMessage', (join) =>
        join
          .onRef('rawMessage.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('rawMessage.messageId', '=', 'gmailMessage.messageId'),
      )
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .select(['gmailMessage.gmailId', 'rawMessage.size'])
      .orderBy('gmailMessage.internalDate', 'desc')
      .limit(20)
      .execute(),
  );
  return newest
    .sort((a, b) => a.size - b.size)
    .slice(0, maxOthers)
    .map(({ gmailId }) => gmailId);
}

async function listOthers(gmail: Gmail, failedIds: Set<string>): Promise<string[]> {
  const listed = await listMessages(gmail, {});
  if (listed.kind !== 'ok') return [];
  return listed.value.messages
    .map(({ id }) => id)
    .filter((id) => !failedIds.has(id))
    .slice(0, maxOthers);
}
