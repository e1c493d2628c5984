import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { writerOf } from '../database/message-writer.ts';
import { translate } from '../locales/translate.ts';
import type { NewNotification } from './notify.ts';
import { preferencesOf } from './preferences.ts';
import { hasRead, unreadNotification } from './unread-notification.ts';

/** What the service worker shows (web/service-worker/push.ts): who and how many, never a subject or words. */
export type PushMessage = {
  title: string;
  body: string;
  /** A later one with the same tag takes its place. */
  tag: string;
  /** The page it opens. */
  path: string;
};

/** A page that shows a conversation reports it every 20 seconds. */
const presentWithinMs = 45_000;

/** That a webhook is disabled is told at the bell and by mail: it is no matter of seconds. */
type PushedKind = Exclude<NewNotification['kind'], 'webhook.disabled'>;

const topics = {
  mention: 'mention',
  'message.assigned': 'assigned',
  'message.unassigned': 'unassigned',
  'mailbox.disconnected': 'mailbox',
  'mailbox.connected': 'mailbox',
  'mailbox.trouble': 'mailbox',
} as const satisfies Record<PushedKind, string>;

const mailboxTexts = {
  'mailbox.disconnected': 'mail.push.disconnected',
  'mailbox.connected': 'mail.push.connected',
  'mailbox.trouble': 'mail.push.trouble',
} as const;

/**
 * What to push of a notification, made from what is stored now; null if nothing: it was read, the user is looking at
 * the conversation, may not see it any more, or does not want it any more, or what it is about is gone.
 */
export async function composePush(
  tx: InstanceTransaction,
  notificationId: string,
  now: Date,
): Promise<PushMessage | null> {
  const found = await unreadNotification(tx, notificationId).executeTakeFirst();
  if (!found) return null;
  const { userId, data, language, slug, role, createdAt } = found;
  if (found.kind === 'webhook.disabled') return null;
  const kind = found.kind as PushedKind;
  const topic = topics[kind];
  if ((await preferencesOf(tx, userId))[topic] === 'none') return null;
  if (topic === 'mailbox') {
    if (role !== 'admin') return null;
    const address = await addressOf(tx, data.mailboxId!);
    if (!address) return null;
    return {
      title: address,
      body: translate(language, mailboxTexts[kind as keyof typeof mailboxTexts]),
      tag: `mailbox ${data.mailboxId}`,
      path: `/${slug}/apps/email/${data.mailboxId}`,
    };
  }
  const conversationId = data.conversationId!;
  if (await hasSeen(tx, { userId, conversationId, createdAt, now })) return null;
  const title = await writerOfMessage(tx, data);
  if (!title) return null;
  const count = await unreadCount(tx, userId, conversationId);
  return {
    title,
    body:
      kind === 'mention'
        ? translate(language, 'mail.push.mention')
        : translate(language, 'mail.push.messages', { count }),
    tag: `conversation ${conversationId}`,
    path: `/${slug}/inbox/open/${conversationId}`,
  };
}

/** Whether the user read the conversation since, or has it open now. */
async function hasSeen(
  tx: InstanceTransaction,
  {
    userId,
    conversationId,
    createdAt,
    now,
  }: Record<'userId' | 'conversationId', string> & Record<'createdAt' | 'now', Date>,
): Promise<boolean> {
  if (await hasRead(tx, { userId, conversationId, since: createdAt })) return true;
  const present = await tx.sql
    .selectFrom('presence')
    .where('userId', '=', userId)
    .where('conversationId', '=', conversationId)
    .where('seenAt', '>', new Date(now.getTime() - presentWithinMs))
    .select('seenAt')
    .executeTakeFirst();
  return present !== undefined;
}

/** The colleague who mentioned the user, or who wrote the message; null if it was deleted. */
async function writerOfMessage(
  tx: InstanceTransaction,
  { messageId, by }: Record<string, string>,
): Promise<string | null> {
  const message = await tx.sql
    .selectFrom('message')
    .leftJoin('users', (join) => join.on('users.id', '=', by ?? null))
    .where('message.id', '=', messageId!)
    .where('message.deletedAt', 'is', null)
    .select(['message.fromName', 'message.fromAddress', 'message.sender', 'users.name as colleague'])
    .executeTakeFirst();
  if (!message) return null;
  const { name, address } = writerOf(message);
  return message.colleague || name || address;
}

async function unreadCount(tx: InstanceTransaction, userId: string, conversationId: string): Promise<number> {
  const { count } = await tx.sql
    .selectFrom('notification')
    .where('userId', '=', userId)
    .where('readAt', 'is', null)
    .where('kind', 'in', ['message.assigned', 'message.unassigned'])
    .where(sql`data ->> 'conversationId'`, '=', conversationId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

async function addressOf(tx: InstanceTransaction, mailboxId: string): Promise<string | null> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select('address')
    .executeTakeFirst();
  return mailbox?.address ?? null;
}
