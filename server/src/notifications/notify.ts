import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';

/** What a user can be told, with ids and codes only: the words are the page's. */
export type Notice =
  | { kind: 'mailbox.disconnected'; data: { mailboxId: string; code: string } }
  | { kind: 'mailbox.connected'; data: { mailboxId: string } }
  /** A colleague named the user in a note. */
  | { kind: 'mention'; data: { conversationId: string; messageId: string; by: string } };

/** Tells every admin of the instance, in the transaction of what happened. */
export async function notifyAdmins(tx: InstanceTransaction, notice: Notice, now: Date): Promise<void> {
  const admins = await tx.sql
    .selectFrom('membership')
    .where('role', '=', 'admin')
    .where('deactivatedAt', 'is', null)
    .select('userId')
    .execute();
  if (admins.length === 0) return;
  await tx.sql
    .insertInto('notification')
    .values(
      admins.map(({ userId }) => ({
        instanceId: tx.instanceId,
        id: uuid(),
        userId,
        kind: notice.kind,
        data: JSON.stringify(notice.data),
        createdAt: now,
      })),
    )
    .execute();
  for (const { userId } of admins) record(tx, { type: 'notification.changed', data: { userId } });
}

/** Tells one user, in the transaction of what happened. */
export async function notifyUser(
  tx: InstanceTransaction,
  userId: string,
  notice: Notice,
  now: Date,
): Promise<void> {
  await tx.sql
    .insertInto('notification')
    .values({
      instanceId: tx.instanceId,
      id: uuid(),
      userId,
      kind: notice.kind,
      data: JSON.stringify(notice.data),
      createdAt: now,
    })
    .execute();
  record(tx, { type: 'notification.changed', data: { userId } });
}
