import type { NameAndAddress, SendAs } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import type { OutgoingAttachment } from '../../mail/compose/compose-mime.ts';
import { fromLine } from '../../mailboxes/from-line.ts';
import type { MailboxSettings } from '../../mailboxes/settings.ts';
import { type Author, previewMail } from '../../templates/preview-mail.ts';
import type { TemplateData } from '../../templates/render-template.ts';
import { earlierEmails, type History } from './quoted-history.ts';

/** What an answer is rendered from, with settings that may not be saved yet. */
export type SettingsPreview = {
  from: NameAndAddress;
  replyTo: NameAndAddress | null;
  to: NameAndAddress;
  subject: string;
  template: string | null;
  data: TemplateData;
  pictures: OutgoingAttachment[];
  history: History | null;
};

/**
 * Prepares an answer in a conversation with these settings, or an example if `conversationId` is null.
 * `sampleHtml` (HTML) is the answer if there is none yet; the example replies to `question` (plain text).
 * Throws a ProblemError if there is no such conversation.
 */
export async function previewSettings(
  tx: InstanceTransaction,
  options: {
    mailbox: { address: string; sendAs: SendAs[] };
    settings: MailboxSettings;
    /** The alias that it is sent from, with a display name that may not be saved yet; null: the mailbox itself. */
    alias: { address: string; displayName: string } | null;
    conversationId: string | null;
    sampleHtml: string;
    question: string;
    author: Author;
    now: Date;
  },
): Promise<SettingsPreview> {
  const { mailbox, settings, conversationId, sampleHtml, author, now } = options;
  const chosenTemplate = settings.templateId
    ? await tx.sql
        .selectFrom('template')
        .where('id', '=', settings.templateId)
        .select('html')
        .executeTakeFirst()
    : null;
  const template = chosenTemplate?.html ?? null;
  const previewRequest = { conversationId, mailboxId: null, sampleHtml, template, author };
  const { data, to, subject, pictures, reader } = await previewMail(tx, previewRequest);
  const previewedMessage = {
    sentAt: now,
    id: data.message.id || '00000000-0000-0000-0000-000000000000',
    recipients: { to: [to], cc: [], bcc: [] },
  };
  const exampleQuestion = { ...to, sentAt: now, utcOffset: null, text: options.question, html: null };
  const example: History = { emails: [exampleQuestion], more: false, reader };
  const history = conversationId
    ? await earlierEmails(tx, conversationId, previewedMessage, reader)
    : example;
  return {
    ...fromLine({ ...settings, ...mailbox }, author, options.alias),
    to,
    subject,
    template,
    data,
    pictures,
    history: settings.threading === 'history' ? history : null,
  };
}

/** The conversation of a mailbox with the newest inbound message; null if there is none. */
export async function latestConversation(tx: InstanceTransaction, mailboxId: string): Promise<string | null> {
  const row = await tx.sql
    .selectFrom('conversation')
    .where('mailboxId', '=', mailboxId)
    .where('lastInboundAt', 'is not', null)
    .select('id')
    .orderBy('lastInboundAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
