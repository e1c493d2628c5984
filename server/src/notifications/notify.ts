import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { type NotificationChannel, subscribers } from './preferences.ts';

/** What a user can be told, with ids and codes only: the words are the page's. */
export type NewNotification =
  | { kind: 'mailbox.disconnected'; data: { mailboxId: string; code: string } }
  | { kind: 'mailbox.connected'; data: { mailboxId: string } }
  /** A colleague named the user in a note. */
  | { kind: 'mention'; data: { conversationId: string; messageId: string; by: string } }
  /** Somebody wrote to a conversation of the user's, or began one nobody has taken. */
  | {
      kind: 'message.assigned' | 'message.unassigned';
      data: { conversationId: string; messageId: string };
    };

/** A mail waits this long (ms): who sees it in Postroom meanwhile gets none. */
const mailDelayMs = 60_000;

/** Tells every admin of the instance who wants it, in the transaction of what happened. */
export async function notifyAdmins(
  tx: InstanceTransaction,
  notice: NewNotification,
  now: Date,
): Promise<void> {
  const admins = (await subscribers(tx, 'mailbox')).filter(({ role }) => role === 'admin');
  await insertNotifications(
    tx,
    admins.map((admin) => ({ ...admin, notice })),
    now,
  );
}

/** Tells who was mentioned, if they want it, in the transaction of what happened. */
export async function notifyMentioned(
  tx: InstanceTransaction,
  userId: string,
  notice: NewNotification,
  now: Date,
): Promise<void> {
  const wanting = (await subscribers(tx, 'mention')).filter((one) => one.userId === userId);
  await insertNotifications(
    tx,
    wanting.map(({ way }) => ({ userId, way, notice })),
    now,
  );
}

/** Mail that came from outside, written by a person. */
export type ReceivedMessage = {
  conversationId: string;
  messageId: string;
  assigneeId: string | null;
  /** It began its conversation. */
  isNew: boolean;
};

/**
 * Tells of mail that arrived, in the transaction that stores it: one query for who wants it, one to write
 * it down, and none where there is nobody to ask. `wanted`: somebody chose to hear of new conversations.
 */
export async function notifyReceivedMessages(
  tx: InstanceTransaction,
  received: ReceivedMessage[],
  { wanted: hasSubscribers, now }: { wanted: boolean; now: Date },
): Promise<void> {
  const assigned = received.filter(({ assigneeId }) => assigneeId !== null);
  const unassigned = hasSubscribers ? received.filter((one) => one.isNew && one.assigneeId === null) : [];
  const assignees = assigned.length > 0 ? await subscribers(tx, 'assigned') : [];
  const all = unassigned.length > 0 ? await subscribers(tx, 'unassigned') : [];
  const notices = [
    ...latestPerConversation(assigned).flatMap(({ assigneeId, ...one }) =>
      assignees
        .filter(({ userId }) => userId === assigneeId)
        .map(({ userId, way }) => ({ userId, way, notice: newNotification('message.assigned', one) })),
    ),
    ...latestPerConversation(unassigned).flatMap((one) =>
      all.map(({ userId, way }) => ({ userId, way, notice: newNotification('message.unassigned', one) })),
    ),
  ];
  await insertNotifications(tx, notices, now);
}

/** Of many messages to one conversation stored together, one is told. */
function latestPerConversation(received: ReceivedMessage[]): ReceivedMessage[] {
  return [...new Map(received.map((one) => [one.conversationId, one])).values()];
}

function newNotification(
  kind: 'message.assigned' | 'message.unassigned',
  { conversationId, messageId }: Pick<ReceivedMessage, 'conversationId' | 'messageId'>,
): NewNotification {
  return { kind, data: { conversationId, messageId } };
}

async function insertNotifications(
  tx: InstanceTransaction,
  notices: Array<{ userId: string; way: NotificationChannel; notice: NewNotification }>,
  now: Date,
): Promise<void> {
  if (notices.length === 0) return;
  const mailDueAt = new Date(now.getTime() + mailDelayMs);
  await tx.sql
    .insertInto('notification')
    .values(
      notices.map(({ userId, way, notice }) => ({
        instanceId: tx.instanceId,
        id: uuid(),
        userId,
        kind: notice.kind,
        data: JSON.stringify(notice.data),
        createdAt: now,
        mailDueAt: way === 'mail' ? mailDueAt : null,
      })),
    )
    .execute();
  for (const userId of new Set(notices.map((one) => one.userId))) {
    recordEvent(tx, { type: 'notification.changed', data: { userId } });
  }
}
