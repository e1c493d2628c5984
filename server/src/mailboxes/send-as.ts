import type { SendAs } from '../database/column-types.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Gmail } from '../google/gmail.ts';
import { listSendAs, type SendAsAddress } from '../google/send-as.ts';
import { isAccepted } from './aliases.ts';
import { markDisconnected } from './connection-state.ts';
import type { GmailAccess } from './gmail-access.ts';
import type { MailboxRef } from './mailbox-ref.ts';

/** Addresses that were added or removed in Gmail change which ones a mailbox can send from, and which are ours. */
const refreshIntervalMs = 3_600_000;

/** The columns of a mailbox whose send-as addresses were just read (C9, S7). */
export function sendAsColumns(sendAs: SendAsAddress[], now: Date) {
  return {
    sendAs: JSON.stringify(sendAs),
    sendAsReadAt: now,
    // Up to a fifth earlier at random: mailboxes connected together are not read together.
    sendAsDueAt: new Date(now.getTime() + refreshIntervalMs * (1 - Math.random() / 5)),
  };
}

/** Reads a mailbox's send-as addresses again. */
export async function refreshSendAs(
  { database, gmail }: { database: Database; gmail: GmailAccess },
  mailboxRef: MailboxRef,
  signal: AbortSignal,
): Promise<void> {
  await reloadSendAs(database, gmail(mailboxRef, { priority: 'live', signal }), mailboxRef);
}

/**
 * Whether the stored send-as addresses are too old to send a message whose From depends on them, or do not have its
 * alias, which Gmail may have accepted since.
 */
export function isStale(
  mailbox: {
    address: string;
    sendAs: SendAs[];
    dynamicAliasName: boolean;
    alias: string | null;
    sendAsReadAt: Date | null;
  },
  now: Date,
): boolean {
  const { alias, dynamicAliasName, sendAsReadAt } = mailbox;
  if (alias !== null && !isAccepted(mailbox, alias)) return true;
  const isOld = !sendAsReadAt || now.getTime() - sendAsReadAt.getTime() >= refreshIntervalMs;
  return isOld && (dynamicAliasName || alias !== null);
}

/** Gmail rewrote a From: the stored send-as addresses are out of date. */
export async function scheduleSendAsRefresh(
  tx: InstanceTransaction,
  mailboxId: string,
  now: Date,
): Promise<void> {
  await tx.sql.updateTable('mailbox').set({ sendAsDueAt: now }).where('id', '=', mailboxId).execute();
}

/** Reads them again now. If Google does not answer, the stored ones are used. */
export async function reloadSendAs(
  database: Database,
  gmail: Gmail,
  { instanceId, mailboxId }: MailboxRef,
): Promise<void> {
  const startedAt = new Date();
  const answer = await listSendAs(gmail);
  if (answer.kind !== 'ok' && answer.kind !== 'disconnected') return;
  await database.inInstance(instanceId, async (tx) => {
    if (answer.kind === 'disconnected') {
      await markDisconnected(tx, mailboxId, { code: answer.code, startedAt, now: new Date() });
      return;
    }
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('sendAs')
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!mailbox) return;
    const columns = sendAsColumns(answer.value, startedAt);
    await tx.sql.updateTable('mailbox').set(columns).where('id', '=', mailboxId).execute();
    if (!isSame(mailbox.sendAs, answer.value))
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** Whether two readings are equal; Postgres stores an object's keys in its own order. */
function isSame(one: SendAsAddress[], other: SendAsAddress[]): boolean {
  const serialize = (list: SendAsAddress[]) =>
    JSON.stringify(
      list.map(({ address, name, accepted, isPrimary }) => [address, name, accepted, isPrimary]).sort(),
    );
  return serialize(one) === serialize(other);
}
