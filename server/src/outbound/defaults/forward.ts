import { v4 as uuid } from 'uuid';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { assertRoomForFiles } from '../../drafts/draft-file-limits.ts';
import { recordDraftChanged } from '../../drafts/save-draft.ts';
import { forwardSubject } from '../../mail/compose/subjects.ts';
import { cleanHtml } from '../../mail/html/clean-html.ts';
import { escapeHtml } from '../../mail/html/escape-html.ts';
import { formatFromLine } from '../../mailboxes/from-line.ts';
import { createProblem, ProblemError } from '../../problems.ts';
import { aliasToAnswer } from './alias-to-answer.ts';
import { mailboxToAnswerFrom } from './mailbox-to-answer-from.ts';

/**
 * Creates a draft that forwards a message with its attachments, or finds the user's existing one. Returns
 * its id. Throws a ProblemError for a note or a message that does not exist, or if drafts hold too many files.
 */
export async function startForwardDraft(
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
      'message.direction',
      'message.recipients',
      'conversation.subject as topic',
      'conversation.mailboxId as conversationMailboxId',
      'conversation.otherMailboxIds',
    ])
    .executeTakeFirst();
  if (!message) throw new ProblemError(noSuchMessage);
  const { conversationId, conversationMailboxId, otherMailboxIds } = message;
  const mailboxId = await mailboxToAnswerFrom(tx, message.mailboxId ?? conversationMailboxId, {
    mailboxId: conversationMailboxId,
    otherMailboxIds,
  });
  const received = message.direction === 'inbound' ? message.recipients : null;
  const id = uuid();
  const created = await tx.sql
    .insertInto('draft')
    .values({
      instanceId,
      id,
      userId,
      conversationId,
      kind: 'forward',
      mailboxId,
      alias: await aliasToAnswer(tx, { conversationId, mailboxId }, received),
      subject: forwardSubject(message.subject || message.topic),
      forwardedId: messageId,
      changedAt: now,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) {
    const existing = await tx.sql
      .selectFrom('draft')
      .where('userId', '=', userId)
      .where('conversationId', '=', conversationId)
      .where('kind', '=', 'forward')
      .select('id')
      .executeTakeFirstOrThrow();
    return existing.id;
  }
  const files = await tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select(['filename', 'mediaType', 'charset', 'size', 'contentId', 'inline', 'sha256', 'position'])
    .execute();
  if (files.length > 0) {
    // Their bytes are stored once, with the message.
    await assertRoomForFiles(tx, userId, { files: files.length, bytes: 0 });
    await tx.sql
      .insertInto('attachment')
      .values(files.map((file) => ({ instanceId, id: uuid(), draftId: id, ...file })))
      .execute();
  }
  recordDraftChanged(tx, { draftId: id, userId, conversationId });
  return id;
}

/** The HTML that quotes a forwarded message, in the form Gmail uses; null if the message is gone. */
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
    `From: ${formatFromLine({ name: message.fromName, address: message.fromAddress })}`,
    `Date: ${when} UTC`,
    `Subject: ${message.subject}`,
    `To: ${recipients.to.map(formatFromLine).join(', ')}`,
    ...(recipients.cc.length > 0 ? [`Cc: ${recipients.cc.map(formatFromLine).join(', ')}`] : []),
  ];
  const headerBlock = ['---------- Forwarded message ----------', ...lines].map(escapeHtml).join('<br>');
  const body = bodyHtml === null ? escapeHtml(bodyText).replace(/\r?\n/g, '<br>') : cleanHtml(bodyHtml);
  return `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${headerBlock}<br></div><br>${body}</div>`;
}

const noSuchMessage = createProblem(404, 'no-such-message-to-forward');
