import { bulkParts, type UnsubscribeLink } from '../../bulk/unsubscribe.ts';
import type { Recipients } from '../../database/column-types.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { deliveryHeader } from '../../google/send.ts';
import type { OutgoingAttachment, OutgoingMail } from '../../mail/compose/compose-mime.ts';
import { replyReferences } from '../../mail/compose/references.ts';
import { subjectInGmail, subjectTopic, threadTopic } from '../../mail/compose/subjects.ts';
import { replyThreadIndex } from '../../mail/compose/thread-index.ts';
import { normalizeAddress, splitAddress } from '../../mail/mime/addresses.ts';
import { isAccepted } from '../../mailboxes/aliases.ts';
import { fromLine } from '../../mailboxes/from-line.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import { readAll } from '../../stores/file-stores.ts';
import { type Reader, readerFrom } from '../../templates/reader.ts';
import type { TemplateData } from '../../templates/render-template.ts';
import { buildTemplateData } from '../../templates/template-data.ts';
import { picturesOfTemplate } from '../../templates/template-pictures.ts';
import { earlierEmails, type History } from './quoted-history.ts';
import { repliedTo } from './replied-to.ts';
import type { MessageRow, ReplyCandidate, SendDataRows, ToSend } from './send-data-queries.ts';

/** Everything an outbound message is rendered from. */
export type SendData = {
  template: string | null;
  data: TemplateData;
  history: History | null;
  /** Of a bulk message. */
  unsubscribe: UnsubscribeLink | null;
  envelope: Omit<OutgoingMail, 'text' | 'html' | 'date'>;
  gmailThreadId: string | null;
  /** Why it must not be sent: Gmail would replace its From without an error (S7). */
  refused: StoredProblem | null;
  /**
   * The Message-ID of the email that is replied to, if no thread of it is known in this mailbox: its copy may
   * have arrived there and not be received yet.
   */
  findThreadOf: string | null;
  /** The message it replies to, sent from here, whose Message-ID must be read first (outbound/send/read-message-ids.ts). */
  unreadParent: UnreadCopy | null;
  /** Whether Gmail's Message-ID and From must be read back after sending, because something may depend on them. */
  readsBack: boolean;
};

/** A sent message whose Message-ID by Gmail is not known, and its copy. */
export type UnreadCopy = { messageId: string; mailboxId: string; gmailId: string };

/**
 * Reads what an outbound message is rendered from: From as the mailbox or alias is configured, its template with
 * the data, the history to quote if the mailbox quotes it, and the message it replies to. `url` is the
 * public URL of Postroom. `rows`: what `sendDataQueries` returned; most messages need nothing else.
 */
export async function loadSendData(
  { database, url }: { database: Database; url: string },
  { instanceId, messageId, conversationId }: ToSend & { instanceId: string },
  [[row], earlier, emails, threads]: SendDataRows,
): Promise<SendData> {
  const read = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
    database.inInstance(instanceId, work, { readOnly: true });
  if (!row) throw new Error(`There is no message ${messageId}`);
  const author = authorOf(row);
  const { recipients, template } = row;
  let sought: Promise<Reader> | null = null;
  const reader = () => {
    sought ??= readerFrom(emails, row.authorLanguage);
    return sought;
  };
  const bulk = bulkPartsOf(instanceId, row, url);
  const parent = repliedTo(row, earlier);
  const gmailThreadId = findGmailThread(threads, row.subject, parent);
  const { from, replyTo } = fromOf(row);
  const sameTopic = parent && subjectTopic(parent.subject) === subjectTopic(row.subject);
  return {
    template,
    data: await buildTemplateData({
      reader,
      author: { ...author, signature: row.signatureHtml ?? '', image: row.authorImage },
      customer: {
        id: row.customerId,
        // A test is filled as the message to the recipient is.
        name:
          row.testedAddress === null
            ? row.listedName || row.customerName
            : row.testedName || (row.testedCustomerName ?? ''),
        email: row.testedAddress ?? recipients.to[0]?.address ?? '',
      },
      conversation: { id: conversationId, subject: row.topic, status: row.status },
      message: { id: row.id, subject: row.subject, sentAt: new Date() },
      content: row,
      template,
    }),
    history:
      row.threading === 'history' && row.calendarReply === null
        ? await read(async (tx) => earlierEmails(tx, conversationId, row, await reader()))
        : null,
    // One that was stored before an update has the link in its body.
    unsubscribe: bulk && !row.bodyHtml?.includes(bulk.unsubscribe.url) ? bulk.unsubscribe : null,
    envelope: {
      from,
      replyTo,
      to: recipients.to,
      cc: recipients.cc,
      bcc: recipients.bcc,
      subject: row.subject,
      ...(parent ? replyReferences(parent) : { inReplyTo: null, references: [] }),
      headers: {
        [deliveryHeader]: messageId,
        ...outlookHeaders(row.outlookThread, row.subject),
        ...bulk?.headers,
      },
      calendarReply: row.calendarReply,
      attachments: [
        ...(row.hasFiles ? await read((tx) => attachmentsOf(tx, messageId)) : []),
        ...(/cid:/i.test(template ?? '') ? await read((tx) => picturesOfTemplate(tx, template)) : []),
      ],
    },
    refused:
      row.alias !== null && !isAccepted(row, row.alias)
        ? storedProblem('alias-not-accepted', { alias: row.alias, address: row.address })
        : null,
    gmailThreadId,
    findThreadOf: gmailThreadId === null && sameTopic ? parent.rfcMessageId : null,
    unreadParent: unreadCopyOf(parent),
    readsBack:
      row.dynamicAliasName || from.address !== row.address || isWithinDomain(row.address, recipients),
  };
}

const authorOf = (row: MessageRow) => ({
  name: row.authorName ?? row.fromName,
  email: row.authorEmail ?? row.fromAddress,
});

/** From and Reply-To. Calendars take an answer from the invited address only (RFC 6047 §2.2). */
export function fromOf(row: MessageRow) {
  const alias = row.alias === null ? null : { address: row.alias, displayName: row.aliasName ?? '' };
  const dynamicAliasName = row.dynamicAliasName && !row.calendarReply;
  return fromLine({ ...row, dynamicAliasName }, authorOf(row), alias);
}

/** Colleagues, and other mailboxes of ours, may have the message before its Message-ID is known. */
function isWithinDomain(address: string, { to, cc, bcc }: Recipients): boolean {
  const domainOf = (of: string) => splitAddress(normalizeAddress(of)).domain;
  return [...to, ...cc, ...bcc].some((recipient) => domainOf(recipient.address) === domainOf(address));
}

function unreadCopyOf(email: ReplyCandidate | undefined): UnreadCopy | null {
  if (!email || email.rfcMessageId !== null || !email.gmailId || !email.copiedIn) return null;
  return { messageId: email.id, mailboxId: email.copiedIn, gmailId: email.gmailId };
}

/** What a message of a bulk message, or a test of one, has besides; null for another message. */
function bulkPartsOf(instanceId: string, row: MessageRow, url: string) {
  const { bulkId, token } = row;
  if (!bulkId || !token) return null;
  const mailbox = { id: row.mailboxId, address: row.address };
  const fields = row.fields ?? {};
  return bulkParts({ instanceId, mailbox, bulkId, token, fields, language: row.authorLanguage }, url);
}

/** The attachments of a message with their bytes; inline images have a content id. */
async function attachmentsOf(tx: InstanceTransaction, messageId: string): Promise<OutgoingAttachment[]> {
  const rows = await tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.messageId', '=', messageId)
    .select(['filename', 'mediaType', 'contentId', 'bytes', 'location'])
    .orderBy('position')
    .execute();
  return readAll(tx.files, rows);
}

/** Outlook joins a message to a thread by these too, and Gmail does not add them (docs/gmail.md, section 7). */
function outlookHeaders(
  thread: [index: string, subject: string] | null,
  subject: string,
): Record<string, string> {
  if (!thread || subjectTopic(thread[1]) !== subjectTopic(subject)) return {};
  const index = replyThreadIndex(thread[0], new Date());
  return index === null ? {} : { 'Thread-Index': index, 'Thread-Topic': threadTopic(thread[1]) };
}

/**
 * The Gmail thread that a message with this subject joins, of several that of the message it replies to. Gmail requires
 * the same subject (Gmail API, "Manage threads"), and a thread id is valid in one mailbox only.
 */
function findGmailThread(
  threads: SendDataRows[3],
  subject: string,
  parent: ReplyCandidate | undefined,
): string | null {
  // A prefix that Gmail does not know has moved the customer's message into a thread of its own.
  for (const compared of [subjectInGmail, subjectTopic]) {
    const rows = threads.filter((each) => compared(each.subject) === compared(subject));
    const row = rows.find(({ id }) => id === parent?.id) ?? rows[0];
    if (row) return row.gmailThreadId;
  }
  return null;
}
