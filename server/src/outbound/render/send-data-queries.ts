import { sql } from 'kysely';
import { prepared, type RowsOf } from '../../database/prepared-statements.ts';
import { templateInUse } from '../../mailboxes/aliases.ts';
import { newestEmails } from '../../templates/reader.ts';

/** A message to send, and where it belongs. */
export type ToSend = { messageId: string; conversationId: string; mailboxId: string };

/**
 * What loadSendData reads of every message, for `runTogether`. `withUnread` false: a message whose Message-ID is not known
 * is not replied to.
 */
export const sendDataQueries = (
  { messageId, conversationId, mailboxId }: ToSend,
  { withUnread }: { withUnread: boolean },
) =>
  [
    messageRow.with({ messageId }),
    lastEmails.with({ conversationId, except: messageId, withUnread }),
    newestEmails.with({ conversationId }),
    recentThreads.with({ conversationId, mailboxId }),
  ] as const;

export type SendDataRows = RowsOf<ReturnType<typeof sendDataQueries>>;
export type MessageRow = SendDataRows[0][number];
export type ReplyCandidate = SendDataRows[1][number];

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
      // Null unless somebody in the conversation writes with Outlook.
      eb
        .selectFrom('message as byOutlook')
        .whereRef('byOutlook.conversationId', '=', 'message.conversationId')
        .where('byOutlook.threadIndex', 'is not', null)
        .select(
          sql<[index: string, subject: string]>`array[by_outlook.thread_index, by_outlook.subject]`.as(
            'thread',
          ),
        )
        .orderBy('byOutlook.sentAt', 'desc')
        .limit(1)
        .as('outlookThread'),
    ]),
);

type LastEmails = { conversationId: string; except: string; withUnread: boolean };
/**
 * The newest emails of the conversation that have a Message-ID to reply to; `withUnread`: or were sent from here, and their
 * Message-ID was not read. Bounces and automatic replies are not replied to. Gmail replaces the Message-ID of what it
 * sends; this is Gmail's (docs/gmail.md, trap 1).
 */
const lastEmails = prepared((db, { conversationId, except, withUnread }: LastEmails) =>
  db
    .selectFrom('message')
    // Each by itself, from the newest: joined freely, Postgres may read all deliveries.
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('delivery')
          .whereRef('delivery.instanceId', '=', 'message.instanceId')
          .whereRef('delivery.messageId', '=', 'message.id')
          .select(['delivery.gmailId', 'delivery.mailboxId'])
          .offset(0)
          .as('delivery'),
      (join) => join.on('message.rfcMessageId', 'is', null).on(sql<boolean>`${withUnread}::boolean`),
    )
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('kind', 'in', ['ordinary', 'list'])
    .where('id', '!=', except)
    .where((eb) => eb.or([eb('rfcMessageId', 'is not', null), eb('delivery.gmailId', 'is not', null)]))
    .select([
      'message.id',
      'delivery.gmailId',
      'delivery.mailboxId as copiedIn',
      'rfcMessageId',
      'subject',
      'inReplyTo',
      'references',
      'fromAddress',
      'writerAddress',
      'sender',
      'recipients',
    ])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(10),
);

/** Each message of the conversation by itself, from the newest: joined freely, Postgres may read the whole mailbox. */
const recentThreads = prepared(
  (db, { conversationId, mailboxId }: { conversationId: string; mailboxId: string }) =>
    db
      .selectFrom('message')
      .innerJoinLateral(
        (eb) =>
          eb
            .selectFrom('gmailMessage')
            .whereRef('gmailMessage.instanceId', '=', 'message.instanceId')
            .whereRef('gmailMessage.messageId', '=', 'message.id')
            .select(['gmailMessage.mailboxId', 'gmailMessage.gmailThreadId'])
            // Keeps the condition of the mailbox out, for which Postgres may choose another index.
            .offset(0)
            .as('copy'),
        (join) => join.onTrue(),
      )
      .where('message.conversationId', '=', conversationId)
      .where('copy.mailboxId', '=', mailboxId)
      .select(['message.id', 'copy.gmailThreadId', 'message.subject'])
      .orderBy('message.sentAt', 'desc')
      .orderBy('message.id', 'desc')
      .limit(20),
);
