import type { InstanceTransaction } from '../database/bind.ts';
import type { OutgoingAttachment, OutgoingMail } from '../mail/compose-mime.ts';
import { replyReferences } from '../mail/references.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { templateData } from '../templates/data.ts';
import type { Renderer } from '../templates/renderer.ts';
import { earlierEmails, withHistory } from './history.ts';

export type MailToSend = { mail: OutgoingMail; gmailThreadId: string | null };

/**
 * A message of ours as it leaves now: From as configured, rendered into the mailbox's template, with
 * history where the mailbox says so, answering the last email that Gmail knows in the conversation.
 * Throws a TemplateFault where the template cannot be filled.
 */
export async function buildMail(
  tx: InstanceTransaction,
  renderer: Renderer,
  messageId: string,
  headers: Record<string, string>,
): Promise<MailToSend> {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .selectAll()
    .executeTakeFirstOrThrow();
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .leftJoin('template', (join) =>
      join
        .onRef('template.instanceId', '=', 'mailbox.instanceId')
        .onRef('template.id', '=', 'mailbox.templateId'),
    )
    .where('mailbox.id', '=', message.mailboxId)
    .select(['address', 'displayName', 'dynamicAliasName', 'sendAs', 'threading', 'template.html'])
    .executeTakeFirstOrThrow();
  const author = message.authorId
    ? await tx.sql
        .selectFrom('users')
        .where('id', '=', message.authorId)
        .select(['name', 'email'])
        .executeTakeFirst()
    : undefined;
  const { name, email } = author ?? { name: message.fromName, email: message.fromAddress };
  const { from, replyTo } = fromLine(mailbox, { name, email });

  const rendered = await renderer.render(
    mailbox.html,
    await templateData(tx, {
      conversationId: message.conversationId,
      author: { id: message.authorId, name, email },
      message: { id: message.id, subject: message.subject },
      email: message.recipients.to[0]?.address ?? '',
      written: message,
      template: mailbox.html,
    }),
  );
  const body =
    mailbox.threading === 'history'
      ? withHistory(rendered, await earlierEmails(tx, message.conversationId, message))
      : rendered;

  const answered = await lastEmail(tx, message.conversationId, messageId);
  const { recipients } = message;
  return {
    mail: {
      from,
      replyTo,
      to: recipients.to,
      cc: recipients.cc,
      bcc: recipients.bcc,
      subject: message.subject,
      ...body,
      ...(answered ? replyReferences(answered) : { inReplyTo: null, references: [] }),
      headers,
      date: new Date(),
      attachments: await attachmentsOf(tx, messageId),
    },
    gmailThreadId: await threadIn(tx, message.conversationId, message.mailboxId!),
  };
}

/** The files of a message with their bytes; pictures of the text by their content ids. */
async function attachmentsOf(tx: InstanceTransaction, messageId: string): Promise<OutgoingAttachment[]> {
  return tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.messageId', '=', messageId)
    .select(['filename', 'mediaType', 'contentId', 'bytes'])
    .orderBy('position')
    .execute();
}

/** The newest email of the conversation that has a Message-ID to cite; what programs report is not answered. */
async function lastEmail(tx: InstanceTransaction, conversationId: string, except: string) {
  return tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('kind', 'in', ['ordinary', 'list'])
    .where('id', '!=', except)
    .where('rfcMessageId', 'is not', null)
    .select(['rfcMessageId', 'inReplyTo', 'references'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The Gmail thread the conversation has in this mailbox; thread ids are of one mailbox only. */
async function threadIn(
  tx: InstanceTransaction,
  conversationId: string,
  mailboxId: string,
): Promise<string | null> {
  const row = await tx.sql
    .selectFrom('gmailMessage')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
        .onRef('message.id', '=', 'gmailMessage.messageId'),
    )
    .where('message.conversationId', '=', conversationId)
    .where('gmailMessage.mailboxId', '=', mailboxId)
    .select('gmailMessage.gmailThreadId')
    .orderBy('gmailMessage.internalDate', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.gmailThreadId ?? null;
}
