import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { writerOf } from '../database/message-writer.ts';
import { byColumn, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { disconnectionProblem } from '../google/disconnections.ts';
import type { StoredProblem } from '../problems.ts';
import type { NewNotification } from './notify.ts';

/** A notification as its user sees it, with the current names of what it is about. */
export type NotificationView = {
  id: string;
  kind: NewNotification['kind'];
  /** The mailbox it is about, if any. */
  mailbox: { id: string; address: string; displayName: string } | null;
  /** The conversation it is about, if any, and who caused it: a colleague, or the sender. */
  conversation: { id: string; subject: string } | null;
  by: string | null;
  /** The webhook it is about, if any. */
  webhook: { id: string; url: string } | null;
  /** Why it is disconnected, and what to do. */
  problem: StoredProblem | null;
  createdAt: Date;
  read: boolean;
};

/** A page of the notifications of a user, newest first, and the number of all unread ones. */
export async function notificationsOf(
  tx: InstanceTransaction,
  userId: string,
  page: PageRequest,
): Promise<{ notifications: NotificationView[]; unread: number; next: string | null }> {
  const query = tx.sql
    .selectFrom('notification')
    .where('userId', '=', userId)
    .select(['id', 'kind', 'data', 'createdAt', 'readAt']);
  const { rows, next } = await selectPage(query, byColumn('createdAt', 'time', 'desc'), page);
  const { unread } = await tx.sql
    .selectFrom('notification')
    .where('userId', '=', userId)
    .where('readAt', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('unread'))
    .executeTakeFirstOrThrow();
  const mailboxes = await mailboxesById(
    tx,
    rows.flatMap(({ data }) => (data.mailboxId ? [data.mailboxId] : [])),
  );
  const conversations = await conversationsById(
    tx,
    rows.flatMap(({ data }) => (data.conversationId ? [data.conversationId] : [])),
  );
  const people = await usersById(
    tx,
    rows.flatMap(({ data }) => (data.by ? [data.by] : [])),
  );
  const senders = await sendersByMessageId(
    tx,
    rows.flatMap(({ data }) => (data.messageId && !data.by ? [data.messageId] : [])),
  );
  const webhooks = await webhooksById(
    tx,
    rows.flatMap(({ data }) => (data.webhookId ? [data.webhookId] : [])),
  );
  return {
    unread,
    next,
    notifications: rows.flatMap(({ id, kind, data, createdAt, readAt }) => {
      const mailbox = mailboxes.get(data.mailboxId ?? '') ?? null;
      const conversation = conversations.get(data.conversationId ?? '') ?? null;
      const webhook = webhooks.get(data.webhookId ?? '') ?? null;
      if (!mailbox && !conversation && !webhook) return [];
      const problem = problemOf(data);
      const by = people.get(data.by ?? '') ?? senders.get(data.messageId ?? '') ?? null;
      const subject = { mailbox, conversation, webhook, by, problem };
      return [{ id, kind: kind as NewNotification['kind'], ...subject, createdAt, read: readAt !== null }];
    }),
  };
}

/** Marks the notifications of a user as read that were created until `through`, inclusive. */
export async function markRead(
  tx: InstanceTransaction,
  userId: string,
  { through, now }: { through: Date; now: Date },
): Promise<void> {
  const changed = await tx.sql
    .updateTable('notification')
    .set({ readAt: now })
    .where('userId', '=', userId)
    .where('readAt', 'is', null)
    .where('createdAt', '<=', through)
    .returning('id')
    .execute();
  if (changed.length > 0) recordEvent(tx, { type: 'notification.changed', data: { userId } }, userId);
}

/** The problem of a notification about a mailbox: why it is disconnected, or what Google says. */
export function problemOf({ code, problem }: Record<string, string>): StoredProblem | null {
  return problem ? (JSON.parse(problem) as StoredProblem) : disconnectionProblem(code);
}

async function mailboxesById(tx: InstanceTransaction, ids: string[]) {
  if (ids.length === 0) return new Map<string, NonNullable<NotificationView['mailbox']>>();
  const rows = await tx.sql
    .selectFrom('mailbox')
    .where('id', 'in', ids)
    .select(['id', 'address', 'displayName'])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function webhooksById(tx: InstanceTransaction, ids: string[]) {
  if (ids.length === 0) return new Map<string, { id: string; url: string }>();
  const rows = await tx.sql.selectFrom('webhook').where('id', 'in', ids).select(['id', 'url']).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function conversationsById(tx: InstanceTransaction, ids: string[]) {
  if (ids.length === 0) return new Map<string, { id: string; subject: string }>();
  const rows = await tx.sql
    .selectFrom('conversation')
    .where('id', 'in', ids)
    .select(['id', 'subject'])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function sendersByMessageId(tx: InstanceTransaction, ids: string[]) {
  if (ids.length === 0) return new Map<string, string>();
  const rows = await tx.sql
    .selectFrom('message')
    .where('id', 'in', ids)
    .select(['id', 'fromName', 'fromAddress', 'sender'])
    .execute();
  return new Map(
    rows.map((row) => {
      const { name, address } = writerOf(row);
      return [row.id, name || address];
    }),
  );
}

async function usersById(tx: InstanceTransaction, ids: string[]) {
  if (ids.length === 0) return new Map<string, string>();
  const rows = await tx.sql.selectFrom('users').where('id', 'in', ids).select(['id', 'name']).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
