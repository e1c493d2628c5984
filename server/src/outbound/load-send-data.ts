import { sql } from 'kysely';
import { bulkParts, type UnsubscribeLink } from '../bulk/unsubscribe.ts';
import type { Recipients } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { deliveryHeader } from '../google/send.ts';
import type { OutgoingAttachment, OutgoingMail } from '../mail/compose/compose-mime.ts';
import { replyReferences } from '../mail/compose/references.ts';
import { subjectInGmail, subjectTopic, threadTopic } from '../mail/compose/subjects.ts';
import { replyThreadIndex } from '../mail/compose/thread-index.ts';
import { normalizeAddress, splitAddress } from '../mail/mime/addresses.ts';
import { isAccepted, templateInUse } from '../mailboxes/aliases.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';
import { readAll } from '../stores/file-stores.ts';
import { readerOf } from '../templates/reader.ts';
import type { TemplateData } from '../templates/render-template.ts';
import { buildTemplateData } from '../templates/template-data.ts';
import { picturesOfTemplate } from '../templates/template-pictures.ts';
import { earlierEmails, type History } from './quoted-history.ts';

/** Everything an outbound message is rendered from, read in one transaction. */
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
  /** The message it replies to, sent from here, whose Message-ID must be read first (read-message-ids.ts). */
  unreadParent: UnreadCopy | null;
  /** Whether Gmail's Message-ID and From must be read back after sending, because something may depend on them. */
  readsBack: boolean;
};

/** A sent message whose Message-ID by Gmail is not known, and its copy. */
export type UnreadCopy = { messageId: string; mailboxId: string; gmailId: string };

/**
 * Reads what an outbound message is rendered from: From as the mailbox or alias is configured, its template with
 * the data, the history to quote if the mailbox quotes it, and the message it replies to. `url` is the
 * public URL of Postroom. `withUnread` false: a message whose Message-ID is not known is not replied to.
 */
export async function loadSendData(
  tx: InstanceTransaction,
  messageId: string,
  url: string,
  { withUnread = true } = {},
): Promise<SendData> {
  const [row] = await messageRow(tx, { messageId });
  if (!row) throw new Error(`There is no message ${messageId}`);
  const author = { name: row.authorName ?? row.fromName, email: row.authorEmail ?? row.fromAddress };
  const { conversationId, recipients, template } = row;
  const [repliedTo] = await lastEmail(tx, { conversationId, except: messageId, withUnread });
  const reader = await readerOf(tx, conversationId, row.authorLanguage);
  const bulk = bulkPartsOf(tx, row, url);
  const alias = row.alias === null ? null : { address: row.alias, displayName: row.aliasName ?? '' };
  const gmailThreadId = await findGmailThread(tx, row);
  const { from, replyTo } = fromOf(row, author, alias);
  const sameTopic = repliedTo && subjectTopic(repliedTo.subject) === subjectTopic(row.subject);
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
        ? await earlierEmails(tx, conversationId, row, reader)
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
      ...(repliedTo ? replyReferences(repliedTo) : { inReplyTo: null, references: [] }),
      headers: {
        [deliveryHeader]: messageId,
        ...outlookHeaders(repliedTo?.outlookThread ?? null, row.subject),
        ...bulk?.headers,
      },
      calendarReply: row.calendarReply,
      attachments: [
        ...(row.hasFiles ? await attachmentsOf(tx, messageId) : []),
        ...(await picturesOfTemplate(tx, template)),
      ],
    },
    refused:
      alias && !isAccepted(row, alias.address)
        ? storedProblem('alias-not-accepted', { alias: alias.address, address: row.address })
        : null,
    gmailThreadId,
    findThreadOf: gmailThreadId === null && sameTopic ? repliedTo.rfcMessageId : null,
    unreadParent: unreadCopyOf(repliedTo),
    readsBack:
      row.dynamicAliasName || from.address !== row.address || isWithinDomain(row.address, recipients),
  };
}

/** Calendars take an answer from the invited address only (RFC 6047 §2.2). */
function fromOf(
  row: Awaited<ReturnType<typeof messageRow>>[number],
  author: { name: string; email: string },
  alias: { address: string; displayName: string } | null,
) {
  return fromLine({ ...row, dynamicAliasName: row.dynamicAliasName && !row.calendarReply }, author, alias);
}

/** Colleagues, and other mailboxes of ours, may have the message before its Message-ID is known. */
function isWithinDomain(address: string, { to, cc, bcc }: Recipients): boolean {
  const domainOf = (of: string) => splitAddress(normalizeAddress(of)).domain;
  return [...to, ...cc, ...bcc].some((recipient) => domainOf(recipient.address) === domainOf(address));
}

function unreadCopyOf(email: Awaited<ReturnType<typeof lastEmail>>[number] | undefined): UnreadCopy | null {
  if (!email || email.rfcMessageId !== null || !email.gmailId || !email.copiedIn) return null;
  return { messageId: email.id, mailboxId: email.copiedIn, gmailId: email.gmailId };
}

/** What a message of a bulk message, or a test of one, has besides; null for another message. */
function bulkPartsOf(
  { instanceId }: InstanceTransaction,
  row: Awaited<ReturnType<typeof messageRow>>[number],
  url: string,
) {
  const { bulkId, token } = row;
  if (!bulkId || !token) return null;
  const mailbox = { id: row.mailboxId, address: row.address };
  const fields = row.fields ?? {};
  return bulkParts({ instanceId, mailbox, bulkId, token, fields, language: row.authorLanguage }, url);
}

/** One query, because separate ones cost as much as this each. */
const messageRow = prepared((db, { messageId }: { messageId: string }) =>
  db
    .selectFrom('message')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'message.instanceId')
        .onRef('mailbox.id', '=', 'message.mailboxId'),
    )
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'conversation.instanceId')
        .onRef('customer.id', '=', 'conversation.customerId'),
    )
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .leftJoin('mailboxAlias', (join) =>
      join
        .onRef('mailboxAlias.instanceId', '=', 'message.instanceId')
        .onRef('mailboxAlias.mailboxId', '=', 'message.mailboxId')
        .onRef('mailboxAlias.address', '=', 'delivery.alias'),
    )
    .leftJoin('invitationAnswer', (join) =>
      join
        .onRef('invitationAnswer.instanceId', '=', 'message.instanceId')
        .onRef('invitationAnswer.messageId', '=', 'message.id'),
    )
    .leftJoin('template', (join) =>
      join.onRef('template.instanceId', '=', 'mailbox.instanceId').on('template.id', '=', templateInUse),
    )
    .leftJoin('users', 'users.id', 'message.authorId')
    .leftJoin('userSetting', (join) =>
      join
        .onRef('userSetting.instanceId', '=', 'message.instanceId')
        .onRef('userSetting.userId', '=', 'message.authorId'),
    )
    .leftJoin('bulkRecipient', (join) =>
      join
        .onRef('bulkRecipient.instanceId', '=', 'message.instanceId')
        .onRef('bulkRecipient.messageId', '=', 'message.id'),
    )
    .leftJoin('bulkTest', (join) =>
      join
        .onRef('bulkTest.instanceId', '=', 'message.instanceId')
        .onRef('bulkTest.messageId', '=', 'message.id'),
    )
    .leftJoin('bulkRecipient as tested', (join) =>
      join
        .onRef('tested.instanceId', '=', 'bulkTest.instanceId')
        .onRef('tested.bulkId', '=', 'bulkTest.bulkId')
        .onRef('tested.position', '=', 'bulkTest.position'),
    )
    .where('message.id', '=', messageId)
    .select((eb) => [
      'message.id',
      'message.conversationId',
      'message.mailboxId',
      'message.fromName',
      'message.fromAddress',
      'message.recipients',
      'message.quoting',
      'message.subject',
      'message.sentAt',
      'message.bodyText',
      'message.bodyHtml',
      'message.ownText',
      'message.ownHtml',
      'mailbox.address',
      'mailbox.displayName',
      'mailbox.dynamicAliasName',
      'mailbox.sendAs',
      'mailbox.threading',
      'delivery.alias',
      'invitationAnswer.calendar as calendarReply',
      'mailboxAlias.displayName as aliasName',
      'template.html as template',
      'conversation.subject as topic',
      'conversation.status',
      'customer.id as customerId',
      'customer.name as customerName',
      'users.name as authorName',
      'users.email as authorEmail',
      'users.image as authorImage',
      'users.language as authorLanguage',
      'userSetting.signatureHtml',
      eb.fn.coalesce('bulkRecipient.bulkId', 'bulkTest.bulkId').as('bulkId'),
      eb.fn.coalesce('bulkRecipient.token', 'bulkTest.token').as('token'),
      eb.fn.coalesce('bulkRecipient.fields', 'tested.fields').as('fields'),
      'bulkRecipient.name as listedName',
      'tested.name as testedName',
      'tested.address as testedAddress',
      eb
        .selectFrom('customerAddress')
        .innerJoin('customer as known', (join) =>
          join
            .onRef('known.instanceId', '=', 'customerAddress.instanceId')
            .onRef('known.id', '=', 'customerAddress.customerId'),
        )
        .whereRef('customerAddress.address', '=', 'tested.address')
        .select('known.name')
        .as('testedCustomerName'),
      eb
        .exists(
          eb
            .selectFrom('attachment')
            .whereRef('attachment.messageId', '=', 'message.id')
            .select('attachment.id'),
        )
        .as('hasFiles'),
    ]),
);

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

type LastEmail = { conversationId: string; except: string; withUnread: boolean };
/**
 * The newest email of the conversation that has a Message-ID to reply to; `withUnread`: or was sent from here, and its
 * Message-ID was not read. Bounces and automatic replies are not replied to. Gmail replaces the Message-ID of what it
 * sends; this is Gmail's (docs/gmail.md, trap 1).
 */
const lastEmail = prepared((db, { conversationId, except, withUnread }: LastEmail) =>
  db
    .selectFrom('message')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id')
        .on('message.rfcMessageId', 'is', null)
        .on(sql<boolean>`${withUnread}::boolean`),
    )
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('kind', 'in', ['ordinary', 'list'])
    .where('id', '!=', except)
    .where((eb) => eb.or([eb('rfcMessageId', 'is not', null), eb('delivery.gmailId', 'is not', null)]))
    .select((eb) => [
      'message.id',
      'delivery.gmailId',
      'delivery.mailboxId as copiedIn',
      'rfcMessageId',
      'subject',
      'inReplyTo',
      'references',
      // Null unless somebody in the conversation writes with Outlook.
      eb
        .selectFrom('message as byOutlook')
        .where('byOutlook.conversationId', '=', conversationId)
        .where('byOutlook.threadIndex', 'is not', null)
        .select(
          sql<[index: string, subject: string]>`array[by_outlook.thread_index, by_outlook.subject]`.as(
            'thread',
          ),
        )
        .orderBy('byOutlook.sentAt', 'desc')
        .limit(1)
        .as('outlookThread'),
    ])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

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
 * The Gmail thread that a message with this subject joins. Gmail requires the same subject (Gmail API,
 * "Manage threads"), and a thread id is valid in one mailbox only.
 */
async function findGmailThread(
  tx: InstanceTransaction,
  {
    conversationId,
    mailboxId,
    subject,
  }: { conversationId: string; mailboxId: string | null; subject: string },
): Promise<string | null> {
  const rows = await recentThreads(tx, { conversationId, mailboxId });
  // A prefix that Gmail does not know has moved the customer's message into a thread of its own.
  for (const compared of [subjectInGmail, subjectTopic]) {
    const row = rows.find((each) => compared(each.subject) === compared(subject));
    if (row) return row.gmailThreadId;
  }
  return null;
}

const recentThreads = prepared(
  (db, { conversationId, mailboxId }: { conversationId: string; mailboxId: string | null }) =>
    db
      .selectFrom('gmailMessage')
      .innerJoin('message', (join) =>
        join
          .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('message.id', '=', 'gmailMessage.messageId'),
      )
      .where('message.conversationId', '=', conversationId)
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .select(['gmailMessage.gmailThreadId', 'message.subject'])
      .orderBy('gmailMessage.internalDate', 'desc')
      .limit(20),
);
