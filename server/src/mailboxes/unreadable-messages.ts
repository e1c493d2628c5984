import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import type { StoredProblem } from '../problems.ts';

/** A message that is set aside because it cannot be read (R10). Its headers are null if Gmail returns none. */
export type UnreadableMessage = {
  mailboxId: string;
  address: string;
  gmailId: string;
  subject: string | null;
  from: string | null;
  receivedAt: Date | null;
  /** The conversation of its Gmail thread, if there is one. */
  conversationId: string | null;
  problem: StoredProblem;
  lastAttemptAt: Date;
  /** When it is tried again by itself; null when that has ended. */
  nextAttemptAt: Date | null;
};

/** A page of the messages of all connected mailboxes that cannot be read, newest first. */
export function unreadableMessages(
  tx: InstanceTransaction,
  page: PageRequest,
): Promise<Page<UnreadableMessage>> {
  const query = tx.sql
    .selectFrom('unfetchedMessage')
    .innerJoin('mailbox', 'mailbox.id', 'unfetchedMessage.mailboxId')
    .where('mailbox.deletedAt', 'is', null)
    .where('unfetchedMessage.setAsideAt', 'is not', null)
    .select([
      'unfetchedMessage.mailboxId',
      'mailbox.address',
      'unfetchedMessage.gmailId',
      'unfetchedMessage.subject',
      'unfetchedMessage.sender as from',
      'unfetchedMessage.internalDate as receivedAt',
      'unfetchedMessage.problem',
      'unfetchedMessage.lastFailedAt as lastAttemptAt',
      'unfetchedMessage.nextAttemptAt',
    ])
    .select((eb) =>
      eb
        .selectFrom('gmailMessage')
        .innerJoin('message', (join) =>
          join
            .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
            .onRef('message.id', '=', 'gmailMessage.messageId'),
        )
        .whereRef('gmailMessage.mailboxId', '=', 'unfetchedMessage.mailboxId')
        .whereRef('gmailMessage.gmailThreadId', '=', 'unfetchedMessage.gmailThreadId')
        .select('message.conversationId')
        .orderBy('gmailMessage.internalDate', 'desc')
        .limit(1)
        .as('conversationId'),
    );
  return selectPage(
    query,
    {
      by: [
        [sql`coalesce(unfetched_message.internal_date, first_failed_at)`, 'time'],
        ['unfetchedMessage.mailboxId', 'uuid'],
        ['unfetchedMessage.gmailId', 'text'],
      ],
      direction: 'desc',
    },
    page,
  );
}

/** Has a message tried again at once. False if it is not among the unreadable ones, or no longer. */
export async function retryUnreadable(
  tx: InstanceTransaction,
  { mailboxId, gmailId }: { mailboxId: string; gmailId: string },
  now: Date,
): Promise<boolean> {
  const due = await tx.sql
    .updateTable('unfetchedMessage')
    .set({ nextAttemptAt: now })
    .where('mailboxId', '=', mailboxId)
    .where('gmailId', '=', gmailId)
    .where('setAsideAt', 'is not', null)
    .returning('gmailId')
    .executeTakeFirst();
  if (!due) return false;
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  return true;
}
