import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { keepFormerAddress } from './own-addresses.ts';

/**
 * Gives a mailbox the address that Gmail says it has. Google renames an account without changing its `sub`, which
 * identifies the mailbox here; the former address becomes an alias of it and stays one of ours (docs/gmail.md,
 * section 7). Does nothing if the address is the same.
 */
export async function followRename(
  tx: InstanceTransaction,
  mailboxId: string,
  currentAddress: string,
  now: Date,
): Promise<void> {
  const address = currentAddress.toLowerCase();
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .select('address')
    .forUpdate()
    .executeTakeFirst();
  if (!mailbox || mailbox.address.toLowerCase() === address) return;
  await keepFormerAddress(tx, mailbox.address);
  await tx.sql
    .updateTable('mailbox')
    .set({ address, sendAsDueAt: now, watchRenewAt: now })
    .where('id', '=', mailboxId)
    .execute();
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
}
