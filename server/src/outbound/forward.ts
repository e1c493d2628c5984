import { v4 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import { announce } from '../drafts/save-draft.ts';
import { Refused, refusal } from '../errors.ts';
import { cleanHtml } from '../mail/clean-html.ts';
import { escapeHtml } from '../mail/escape-html.ts';
import { forwardSubject } from '../mail/subjects.ts';
import { showFromLine } from '../mailboxes/from-line.ts';

/**
 * Begins a draft that forwards a message, with the message's attachments, or finds the one begun before.
 * Answers its id. Throws Refused for a note, or what is not there.
 */
export async function beginForward(
  tx: InstanceTransaction,
  { messageId, userId, now }: { messageId: string; userId: string; now: Date },
): Promise<string> {
  const { instanceId } = tx;
  const message = await tx.sql
    .selectFrom('message')
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .where('message.id', '=', messageId)
    .where('message.direction', '!=', 'note')
    .where('message.deletedAt', 'is', null)
    .select([
      'message.conversationId',
      'message.subject',
      'message.mailboxId',
      'conversation.subject as topic',
    ])
    .executeTakeFirst();
  if (!message) throw new Refused(noSuchMessage);
  const { conversationId, mailboxId } = message;
  const id = uuid();
  const made = await tx.sql
    .insertInto('draft')
    .values({
      instanceId,
      id,
      userId,
      conversationId,
      kind: 'forward',
      mailboxId,
      subject: forwardSubject(message.subject || message.topic),
      forwardedId: messageId,
      changedAt: now,
    })
    .onConflict((there) => there.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) {
    const begun = await tx.sql
      .selectFrom('draft')
      .where('userId', '=', userId)
      .where('conversationId', '=', conversationId)
      .where('kind', '=', 'forward')
      .select('id')
      .executeTakeFirstOrThrow();
    return begun.id;
  }
  const files = await tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select(['filename', 'mediaType', 'size', 'contentId', 'inline', 'sha256', 'position'])
    .execute();
  if (files.length > 0) {
    await tx.sql
      .insertInto('attachment')
      .values(files.map((file) => ({ instanceId, id: uuid(), draftId: id, ...file })))
      .execute();
  }
  announce(tx, { draftId: id, userId, conversationId });
  return id;
}

/** A message as it is quoted in one that forwards it, in the form Gmail gives it; null where it is gone. */
export async function forwardedHtml(tx: InstanceTransaction, messageId: string): Promise<string | null> {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .where('direction', '!=', 'note')
    .select(['fromName', 'fromAddress', 'recipients', 'subject', 'sentAt', 'bodyHtml', 'bodyText'])
    .executeTakeFirst();
  if (!message) return null;
  const { recipients, sentAt, bodyHtml, bodyText } = message;
  const when = sentAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const lines = [
    `From: ${showFromLine({ name: message.fromName, address: message.fromAddress })}`,
    `Date: ${when} UTC`,
    `Subject: ${message.subject}`,
    `To: ${recipients.to.map(showFromLine).join(', ')}`,
    ...(recipients.cc.length > 0 ? [`Cc: ${recipients.cc.map(showFromLine).join(', ')}`] : []),
  ];
  const head = ['---------- Forwarded message ----------', ...lines].map(escapeHtml).join('<br>');
  const body = bodyHtml === null ? escapeHtml(bodyText).replace(/\r?\n/g, '<br>') : cleanHtml(bodyHtml);
  return `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${head}<br></div><br>${body}</div>`;
}

const noSuchMessage = refusal(404, 'no-such-message', 'There is no such message to forward.');
