import type { InstanceTransaction } from '../database/bind.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Queue } from '../queue/queue.ts';
import { noSuchMailbox } from './connection-problems.ts';

/** Asks for a completeness check now; while one waits or runs, asking again changes nothing. */
export async function askForCheck(
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
  if (!mailbox) throw new Refused(noSuchMailbox);
  if (mailbox.disconnectedAt) throw new Refused(disconnected(mailbox.address));
  const asked = { state: 'waiting' as const, startedAt: now, finishedAt: null };
  await tx.sql
    .insertInto('mailboxCheck')
    .values({ instanceId, mailboxId, nextCheckAt: now, ...asked })
    .onConflict((conflict) =>
      conflict
        .columns(['instanceId', 'mailboxId'])
        .doUpdateSet(asked)
        .where('mailboxCheck.state', 'not in', ['listing', 'fetching']),
    )
    .execute();
  await enqueue(tx, 'check-mailbox', { instanceId, mailboxId });
  record(tx, { type: 'mailbox.changed', data: { mailboxId } });
}

const disconnected = (address: string) =>
  refusal(
    409,
    'mailbox-disconnected',
    `${address} is disconnected from Gmail, so it cannot be checked.`,
    'Reconnect the address. It is checked by itself a few minutes later.',
  );
