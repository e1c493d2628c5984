import { sql } from 'kysely';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { writerOf } from '../database/message-writer.ts';
import { translate, translateProblem } from '../locales/translate.ts';
import { type AccountMail, type AccountMailDeps, sendAccountMail } from './account-mail.ts';
import { problemOf } from './list-notifications.ts';
import type { NewNotification } from './notify.ts';
import { hasRead, unreadNotification } from './unread-notification.ts';

/** `url`: the public address of Postroom, for links. */
export type NotificationMailDeps = AccountMailDeps & { url: string };
type NotificationRef = { instanceId: string; notificationId: string };

/** A user who had a conversation open within this time (ms) is using Postroom now. */
const activeWithinMs = 45_000;
/** The minimum time (ms) between two mails to a user about the same conversation. */
const minIntervalMs = 15 * 60_000;

/**
 * Claims the notifications whose mail is due, each once. If the process stops before the mail is sent, it is
 * lost, but the notification is still shown in Postroom.
 */
export async function claimDueNotifications(
  deployment: Deployment,
  now: Date,
  limit = 20,
): Promise<NotificationRef[]> {
  return deployment.sql
    .updateTable('notification')
    .set({ mailDueAt: null })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('notification')
        .where('mailDueAt', '<=', now)
        .select('id')
        .orderBy('mailDueAt')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as notificationId'])
    .execute();
}

/**
 * Sends a notification by mail through a connected mailbox of its instance. `unneeded`: it was read, the user
 * is using Postroom now, or got a mail about the conversation shortly before. `dropped`: no mailbox could
 * send it.
 */
export async function sendNotificationMail(
  deps: NotificationMailDeps,
  { instanceId, notificationId }: NotificationRef,
  now: Date,
): Promise<'sent' | 'unneeded' | 'dropped'> {
  const mail = await deps.database.inInstance(instanceId, (tx) =>
    composeNotificationMail(tx, notificationId, { url: deps.url, now }),
  );
  if (!mail) return 'unneeded';
  return (await sendAccountMail(deps, instanceId, mail)) ? 'sent' : 'dropped';
}

/** Composes the mail of a notification and marks it as sent; null if none is needed. */
async function composeNotificationMail(
  tx: InstanceTransaction,
  id: string,
  { url, now }: { url: string; now: Date },
): Promise<AccountMail | null> {
  const found = await unreadNotification(tx, id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('presence')
            .whereRef('presence.userId', '=', 'notification.userId')
            .where('seenAt', '>', new Date(now.getTime() - activeWithinMs))
            .select('seenAt'),
        ),
      ),
    )
    .executeTakeFirst();
  if (!found) return null;
  const { userId, kind, data, createdAt, name, email, language, slug } = found;
  if (data.conversationId) {
    if (await hasRead(tx, { userId, conversationId: data.conversationId, since: createdAt })) return null;
    await takeAdvisoryLocks(tx, [`notice ${userId} ${data.conversationId}`]);
    if (await wasMailed(tx, userId, data.conversationId, new Date(now.getTime() - minIntervalMs)))
      return null;
  }
  const textOf = data.conversationId ? messageMailText : data.webhookId ? webhookMailText : mailboxMailText;
  const texts = await textOf(tx, kind as NewNotification['kind'], data, language);
  if (!texts) return null;
  await tx.sql.updateTable('notification').set({ mailedAt: now }).where('id', '=', id).execute();
  const path = data.conversationId
    ? `inbox/open/${data.conversationId}`
    : data.webhookId
      ? `settings/webhooks/${data.webhookId}`
      : `apps/email/${data.mailboxId}`;
  return {
    to: { name, address: email },
    ...texts,
    link: `${url}/${slug}/${path}`,
    footer: translate(language, 'mail.notification.footer'),
  };
}

async function wasMailed(tx: InstanceTransaction, userId: string, conversationId: string, since: Date) {
  const before = await tx.sql
    .selectFrom('notification')
    .where('userId', '=', userId)
    .where('mailedAt', '>', since)
    .where(sql`data ->> 'conversationId'`, '=', conversationId)
    .select('id')
    .executeTakeFirst();
  return before !== undefined;
}

type MailText = Pick<AccountMail, 'subject' | 'paragraphs'>;

/** Made from what is stored now, so that a message redacted or deleted since is not quoted. */
async function messageMailText(
  tx: InstanceTransaction,
  kind: NewNotification['kind'],
  { messageId, by }: Record<string, string>,
  language: string | null,
): Promise<MailText | null> {
  const message = await tx.sql
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversationId')
    .leftJoin('users', (join) => join.on('users.id', '=', by ?? null))
    .where('message.id', '=', messageId!)
    .select([
      'conversation.subject',
      'message.snippet',
      'message.fromName',
      'message.fromAddress',
      'message.sender',
      'users.name as colleague',
    ])
    .executeTakeFirst();
  if (!message) return null;
  const { snippet, colleague } = message;
  const { name, address } = writerOf(message);
  const subject = message.subject || translate(language, 'mail.notification.noSubject');
  const sender = name && address ? `${name} (${address})` : name || address;
  const quoted = snippet ? [snippet] : [];
  if (kind === 'mention') {
    const writer = colleague ?? translate(language, 'mail.notification.colleague');
    const mention = translate(language, 'mail.notification.mention', { writer, subject });
    return { subject: mention, paragraphs: [`${mention}.`, ...quoted] };
  }
  const key = kind === 'message.assigned' ? 'mail.notification.assigned' : 'mail.notification.unassigned';
  const what = translate(language, key, { writer: sender, subject });
  return { subject: `${name || address}: ${subject}`, paragraphs: [what, ...quoted] };
}

async function webhookMailText(
  tx: InstanceTransaction,
  _kind: NewNotification['kind'],
  { webhookId }: Record<string, string>,
  language: string | null,
): Promise<MailText | null> {
  const webhook = await tx.sql
    .selectFrom('webhook')
    .where('id', '=', webhookId!)
    .select('url')
    .executeTakeFirst();
  if (!webhook) return null;
  return {
    subject: translate(language, 'mail.notification.webhookDisabled', { host: new URL(webhook.url).host }),
    paragraphs: [translate(language, 'mail.notification.webhookDisabledText', { url: webhook.url })],
  };
}

async function mailboxMailText(
  tx: InstanceTransaction,
  kind: NewNotification['kind'],
  data: Record<string, string>,
  language: string | null,
): Promise<MailText | null> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', data.mailboxId!)
    .select('address')
    .executeTakeFirst();
  if (!mailbox) return null;
  const { address } = mailbox;
  if (kind === 'mailbox.connected') {
    return {
      subject: translate(language, 'mail.notification.connected', { address }),
      paragraphs: [translate(language, 'mail.notification.connectedText')],
    };
  }
  const problem = problemOf(data);
  const { title, detail } = problem ? translateProblem(language, problem) : { title: '', detail: '' };
  if (kind === 'mailbox.trouble') {
    return {
      subject: translate(language, 'mail.notification.trouble', { address }),
      paragraphs: [title, translate(language, 'mail.notification.troubleText')].filter(Boolean),
    };
  }
  return {
    subject: translate(language, 'mail.notification.disconnected', { address }),
    paragraphs: [title, detail].filter(Boolean),
  };
}
