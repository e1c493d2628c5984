import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import { lockNames } from '../database/name-locks.ts';
import { type Disconnection, disconnections } from '../google/disconnections.ts';
import type { ConnectingNeeds } from '../mailboxes/connection-deps.ts';
import { type AccountMail, sendAccountMail } from '../mailboxes/send-account-mail.ts';
import type { Notice } from './notify.ts';
import type { MailWords } from './words/en.ts';
import { mailWords } from './words/words.ts';

type At = { instanceId: string; notificationId: string };

/** Who showed themselves at a conversation this lately (ms) is looking at Postroom. */
const looking = 45_000;
/** At most one mail about a conversation in this time (ms). */
const quietFor = 15 * 60_000;

/** Takes up the notices whose mail is due, each once: one that is lost afterwards still stands in Postroom. */
export async function takeDueNotices(deployment: Deployment, now: Date): Promise<At[]> {
  return deployment.sql
    .updateTable('notification')
    .set({ mailDueAt: null })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('notification')
        .where('mailDueAt', '<=', now)
        .select('id')
        .orderBy('mailDueAt')
        .limit(20)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as notificationId'])
    .execute();
}

/**
 * Sends a notice by mail through a connected mailbox of its instance. `unneeded`: read meanwhile, the user
 * looks at Postroom right now, or was told of the conversation just before. `dropped`: nothing could send it.
 */
export async function mailNotice(
  needs: ConnectingNeeds,
  { instanceId, notificationId }: At,
  now: Date,
): Promise<'sent' | 'unneeded' | 'dropped'> {
  const mail = await needs.database.inInstance(instanceId, (tx) =>
    mailOf(tx, notificationId, { url: needs.url, now }),
  );
  if (!mail) return 'unneeded';
  return (await sendAccountMail(needs, instanceId, mail)) ? 'sent' : 'dropped';
}

/** The mail of a notice, noted as sent; null where it needs none. */
async function mailOf(
  tx: InstanceTransaction,
  id: string,
  { url, now }: { url: string; now: Date },
): Promise<AccountMail | null> {
  const found = await tx.sql
    .selectFrom('notification')
    .innerJoin('users', 'users.id', 'notification.userId')
    .innerJoin('membership', (join) =>
      join
        .onRef('membership.instanceId', '=', 'notification.instanceId')
        .onRef('membership.userId', '=', 'notification.userId'),
    )
    .innerJoin('instance', 'instance.id', 'notification.instanceId')
    .where('notification.id', '=', id)
    .where('readAt', 'is', null)
    .where('membership.deactivatedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('presence')
            .whereRef('presence.userId', '=', 'notification.userId')
            .where('seenAt', '>', new Date(now.getTime() - looking))
            .select('seenAt'),
        ),
      ),
    )
    .select([
      'notification.userId',
      'notification.kind',
      'notification.data',
      'notification.createdAt',
      'users.name',
      'users.email',
      'users.language',
      'instance.slug',
    ])
    .executeTakeFirst();
  if (!found) return null;
  const { userId, kind, data, createdAt, name, email, language, slug } = found;
  const { notice, disconnection } = mailWords(language);
  if (data.conversationId) {
    if (await hasRead(tx, userId, data.conversationId, createdAt)) return null;
    await lockNames(tx, [`notice ${userId} ${data.conversationId}`]);
    if (await wasMailed(tx, userId, data.conversationId, new Date(now.getTime() - quietFor))) return null;
  }
  const words = data.conversationId
    ? await ofMessage(tx, kind as Notice['kind'], data, notice)
    : await ofMailbox(tx, kind as Notice['kind'], data, { notice, disconnection });
  if (!words) return null;
  await tx.sql.updateTable('notification').set({ mailedAt: now }).where('id', '=', id).execute();
  const place = data.conversationId ? `inbox/open/${data.conversationId}` : `apps/email/${data.mailboxId}`;
  return {
    to: { name, address: email },
    ...words,
    link: `${url}/${slug}/${place}`,
    foot: notice.foot,
  };
}

async function hasRead(tx: InstanceTransaction, userId: string, conversationId: string, since: Date) {
  const read = await tx.sql
    .selectFrom('conversationRead')
    .where('userId', '=', userId)
    .where('conversationId', '=', conversationId)
    .where('readAt', '>=', since)
    .select('readAt')
    .executeTakeFirst();
  return read !== undefined;
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

type Said = Pick<AccountMail, 'subject' | 'words'>;

/** From what is stored now: a message redacted or deleted meanwhile is not quoted. */
async function ofMessage(
  tx: InstanceTransaction,
  kind: Notice['kind'],
  { messageId, by }: Record<string, string>,
  words: MailWords['notice'],
): Promise<Said | null> {
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
      'users.name as colleague',
    ])
    .executeTakeFirst();
  if (!message) return null;
  const { snippet, fromName, fromAddress, colleague } = message;
  const subject = message.subject || words.noSubject;
  const writer = fromName ? `${fromName} (${fromAddress})` : fromAddress;
  const quoted = snippet ? [snippet] : [];
  if (kind === 'mention') {
    const said = words.mention({ writer: colleague ?? words.colleague, subject });
    return { subject: said, words: [`${said}.`, ...quoted] };
  }
  const what = (kind === 'message.assigned' ? words.assigned : words.unassigned)({ writer, subject });
  return { subject: `${fromName || fromAddress}: ${subject}`, words: [what, ...quoted] };
}

async function ofMailbox(
  tx: InstanceTransaction,
  kind: Notice['kind'],
  { mailboxId, code }: Record<string, string>,
  { notice, disconnection }: Pick<MailWords, 'notice' | 'disconnection'>,
): Promise<Said | null> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId!)
    .select('address')
    .executeTakeFirst();
  if (!mailbox) return null;
  return kind === 'mailbox.disconnected'
    ? {
        subject: notice.disconnected(mailbox.address),
        words: code && code in disconnections ? disconnection(code as Disconnection) : [],
      }
    : { subject: notice.connected(mailbox.address), words: [notice.connectedWords] };
}
