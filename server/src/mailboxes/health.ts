import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';
import type { Disconnection } from '../google/disconnections.ts';

/**
 * Marks a mailbox disconnected (C11): the first reason and time stay, and one event is recorded.
 * Nothing changes where the mailbox was connected anew after `began`, when the failed work started.
 * Answers whether it was connected until now.
 */
export async function markDisconnected(
  tx: InstanceTransaction,
  mailboxId: string,
  { code, began, now }: { code: Disconnection; began: Date; now: Date },
): Promise<boolean> {
  const changed = await tx.sql
    .updateTable('mailbox')
    .set({ disconnectedAt: now, disconnectedCode: code })
    .where('id', '=', mailboxId)
    .where('disconnectedAt', 'is', null)
    .where('deletedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('mailboxGrant')
            .whereRef('mailboxGrant.mailboxId', '=', 'mailbox.id')
            .where('grantedAt', '>', began)
            .select('mailboxGrant.mailboxId'),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  if (changed) record(tx, { type: 'mailbox.changed', data: { mailboxId } });
  return changed !== undefined;
}
