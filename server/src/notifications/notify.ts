import { v7 as uuid } from 'uuid';
import { insertRows } from '../database/insert-rows.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { runTogether } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';
import { enqueuePushes } from './enqueue-pushes.ts';
import { type NotificationChannel, subscribers } from './preferences.ts';

/** A notification as it is stored: ids and codes, no text. */
export type NewNotification =
  | { kind: 'mailbox.disconnected'; data: { mailboxId: string; code: string } }
  | { kind: 'mailbox.connected'; data: { mailboxId: string } }
  /** Google has refused its requests or not answered for ten minutes; `problem`: a StoredProblem as JSON. */
  | { kind: 'mailbox.trouble'; data: { mailboxId: string; problem: string } }
  /** Nothing could be delivered to it for days, so it gets no more events. */
  | { kind: 'webhook.disabled'; data: { webhookId: string } }
  /** A colleague mentioned the user in a note. */
  | { kind: 'mention'; data: { conversationId: string; messageId: string; by: string } }
  /** A message arrived in a conversation assigned to the user, or began one that is not assigned. */
  | {
      kind: 'message.assigned' | 'message.unassigned';
      data: { conversationId: string; messageId: string };
    };

/** A mail is sent after this delay (ms), unless the user has seen the notification in Postroom by then. */
const mailDelayMs = 60_000;

/** Notifies all admins of the instance who want it, in the transaction of what happened. */
export async function notifyAdmins(
  tx: InstanceTransaction,
  notification: NewNotification,
  now: Date,
): Promise<void> {
  const admins = (await subscribers(tx, 'mailbox')).filter(({ role }) => role === 'admin');
  await insertNotifications(
    tx,
    admins.map((admin) => ({ ...admin, notification })),
    now,
  );
}

/** Notifies a mentioned user, if they want it, in the transaction of what happened. */
export async function notifyMentioned(
  tx: InstanceTransaction,
  userId: string,
  notification: NewNotification,
  now: Date,
): Promise<void> {
  const wanted = (await subscribers(tx, 'mention')).filter((one) => one.userId === userId);
  await insertNotifications(
    tx,
    wanted.map(({ channel }) => ({ userId, channel, notification })),
    now,
  );
}

/** A message received from outside that a person wrote. */
export type ReceivedMessage = {
  conversationId: string;
  messageId: string;
  assigneeId: string | null;
  /** It is the first of its conversation. */
  isNew: boolean;
};

/**
 * Notifies users of received messages, in the transaction that stores them: one query for who wants it, one
 * insert, and none if nobody can want it. `wanted`: a user wants notifications of unassigned conversations.
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
  const notifications = [
    ...latestPerConversation(assigned).flatMap(({ assigneeId, ...one }) =>
      assignees
        .filter(({ userId }) => userId === assigneeId)
        .map(({ userId, channel }) => ({
          userId,
          channel,
          notification: newNotification('message.assigned', one),
        })),
    ),
    ...latestPerConversation(unassigned).flatMap((one) =>
      all.map(({ userId, channel }) => ({
        userId,
        channel,
        notification: newNotification('message.unassigned', one),
      })),
    ),
  ];
  await insertNotifications(tx, notifications, now);
}

/** One notification for several messages of a conversation that are stored together. */
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
  notifications: Array<{ userId: string; channel: NotificationChannel; notification: NewNotification }>,
  now: Date,
): Promise<void> {
  if (notifications.length === 0) return;
  const mailDueAt = new Date(now.getTime() + mailDelayMs);
  const rows = notifications.map(({ userId, channel, notification: { kind, data } }) => ({
    instanceId: tx.instanceId,
    id: uuid(),
    userId,
    kind,
    data,
    createdAt: now,
    mailDueAt: channel === 'email' ? mailDueAt : null,
  }));
  await runTogether(tx, [
    insertNotificationRows(rows),
    enqueuePushes(
      rows.map(({ id }) => id),
      now,
    ),
  ]);
  for (const userId of new Set(notifications.map((one) => one.userId))) {
    recordEvent(tx, { type: 'notification.changed', data: { userId } });
  }
}

const insertNotificationRows = insertRows('notification', [
  'instanceId',
  'id',
  'userId',
  'kind',
  'data',
  'createdAt',
  'mailDueAt',
]);
