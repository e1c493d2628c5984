import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Changes } from '../decide/changes.ts';
import { isWrittenByGmail } from '../decide/written-by-gmail.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

/** Gmail's limit ends within 24 hours. Whether it did is tried after this time (ms). */
const holdMs = 60 * 60_000;

/**
 * Holds what a mailbox has to send while Gmail's reports say that it reached its limit: further messages
 * would be lost too (docs/gmail.md, sections 4 and 7).
 */
export async function holdSendsAtLimit(
  tx: InstanceTransaction,
  mailboxId: string,
  { messages }: Changes,
  now: Date,
): Promise<void> {
  const reportedAt = messages
    .filter(({ direction, message }) => direction === 'inbound' && reportsOwnLimit(message))
    .map(({ message }) => message.fetched.internalDate.getTime());
  const until = new Date(Math.max(...reportedAt) + holdMs);
  if (reportedAt.length === 0 || until <= now) return;
  await tx.sql
    .updateTable('mailbox')
    .set((eb) => ({
      sendingLimitedUntil: eb.fn<Date>('greatest', ['sendingLimitedUntil', eb.val(until)]),
    }))
    .where('id', '=', mailboxId)
    .execute();
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
}

function reportsOwnLimit(message: MessageToStore): boolean {
  const { report } = message.parsed;
  return (
    isWrittenByGmail(message) && (report?.recipients.some(({ reason }) => reason === 'own-limit') ?? false)
  );
}
