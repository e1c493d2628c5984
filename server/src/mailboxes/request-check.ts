import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { noSuchMailbox } from './connection-problems.ts';
import { scheduleSendAsRefresh } from './send-as.ts';

/** Requests a completeness check now, and the send-as addresses; nothing changes while one waits or runs. */
export async function requestCheck(
  tx: InstanceTransaction,
  mailboxId: string,
  enqueue: Queue['enqueue'],
  now: Date,
): Promise<void> {
  const { instanceId } = tx;
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['address', 'disconnectedAt'])
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  if (mailbox.disconnectedAt) throw new ProblemError(disconnected(mailbox.address));
  const requested = { state: 'waiting' as const, startedAt: now, finishedAt: null };
  await tx.sql
    .insertInto('mailboxCheck')
    .values({ instanceId, mailboxId, nextCheckAt: now, ...requested })
    .onConflict((conflict) =>
      conflict
        .columns(['instanceId', 'mailboxId'])
        .doUpdateSet(requested)
        .where('mailboxCheck.state', 'not in', ['listing', 'fetching']),
    )
    .execute();
  await scheduleSendAsRefresh(tx, mailboxId, now);
  await enqueue(tx, 'check-mailbox', { instanceId, mailboxId });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
}

const disconnected = (address: string) => createProblem(409, 'check-mailbox-disconnected', { address });
