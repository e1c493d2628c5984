import { v5 as nameUuid, v7 as uuid } from 'uuid';
import { bulkMessage, recipientAt } from '../../bulk/bulk-views.ts';
import { fillBulkMessage } from '../../bulk/mail-merge.ts';
import { createUnsubscribeToken } from '../../bulk/unsubscribe.ts';
import { createConversations } from '../../conversations/create-conversations.ts';
import { findOrCreateCustomers } from '../../customers/find-or-create-customers.ts';
import type { NameAndAddress } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { cardNumberFilter } from '../../drafts/card-number-filter.ts';
import { recordEvent } from '../../events/record-event.ts';
import { textAlternative } from '../../mail/html/text-alternative.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { snippetOf } from '../../mail/mime/snippet.ts';
import { findAlias } from '../../mailboxes/aliases.ts';
import { fromLine } from '../../mailboxes/from-line.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Author } from '../compose/compose.ts';
import { createDelivery } from '../deliveries/enqueue-delivery.ts';

/** One message of a bulk message, to one customer. */
type BulkMessageToStore = {
  id: string;
  mailboxId: string;
  /** The send-as address it is sent from; null: the mailbox's own. */
  alias: string | null;
  authorId: string | null;
  from: NameAndAddress;
  /** The address is normalised. */
  to: NameAndAddress;
  customerId: string;
  content: { subject: string; html: string };
  /** When the bulk message was written: no copy in Sent is older. */
  writtenAt: Date;
  now: Date;
};

/**
 * The id of the message to one recipient of a bulk message: always the same, so that its copy in Sent is
 * recognized by a database that does not know yet that it was sent (S8).
 */
export function bulkMessageIdOf(bulkId: string, address: string): string {
  return nameUuid(address, bulkId);
}

/**
 * Stores one message of a bulk message in a conversation of its own. It is sent after the other messages of
 * its mailbox, and gets the link to unsubscribe when it is rendered.
 */
export async function storeBulkMessage(
  tx: InstanceTransaction,
  bulkMessage: BulkMessageToStore,
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { instanceId } = tx;
  const { id: messageId, mailboxId, authorId, from, to, customerId, content, now } = bulkMessage;
  const { subject, html } = content;
  const bodyText = textAlternative(html);
  const snippet = snippetOf(bodyText);
  const conversationId = uuid();
  const conversation = {
    id: conversationId,
    customerId,
    mailboxId,
    subject,
    // Not in the inbox until the customer replies.
    status: 'done' as const,
    snippet,
    lastDirection: 'outbound' as const,
    lastMessageAt: now,
  };
  await createConversations(tx, [conversation]);
  await tx.sql
    .insertInto('message')
    .values({
      instanceId,
      id: messageId,
      conversationId,
      mailboxId,
      direction: 'outbound',
      origin: 'postroom',
      authorId,
      fromName: from.name,
      fromAddress: from.address,
      recipients: JSON.stringify({ to: [to], cc: [], bcc: [], replyTo: [] }),
      subject,
      sentAt: now,
      bodyText,
      bodyHtml: html,
      snippet,
    })
    .execute();
  await tx.sql
    .insertInto('participant')
    .values({ instanceId, conversationId, address: to.address })
    .execute();
  await createDelivery(
    tx,
    {
      messageId,
      mailboxId,
      alias: bulkMessage.alias,
      conversationId,
      sendAfter: now,
      writtenAt: bulkMessage.writtenAt,
      lowPriority: true,
    },
    now,
    enqueue,
  );
  recordEvent(tx, { type: 'message.stored', data: { conversationId, messageId, direction: 'outbound' } });
}

/**
 * Sends the author a bulk message as the customer at a position (from 1) would get it: it differs by its recipient,
 * and by a token with which nobody unsubscribes.
 */
export async function sendBulkTest(
  tx: InstanceTransaction,
  { bulkId, position, user, now }: { bulkId: string; position: number; user: Author; now: Date },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const bulk = await bulkMessage(tx, bulkId);
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', bulk.mailboxId)
    .selectAll()
    .executeTakeFirstOrThrow();
  const recipient = await recipientAt(tx, bulkId, position);
  const example = recipient ?? { address: user.email, name: user.name, fields: {} };
  const content = fillBulkMessage(bulk, example, await cardNumberFilter(tx));
  const to = { name: user.name, address: normalizeAddress(user.email) };
  const customerIds = await findOrCreateCustomers(tx, [to]);
  const messageId = bulkMessageIdOf(bulkId, uuid());
  await storeBulkMessage(
    tx,
    {
      id: messageId,
      mailboxId: bulk.mailboxId,
      authorId: user.id,
      alias: bulk.alias,
      from: fromLine(mailbox, user, await findAlias(tx, mailbox, bulk.alias)).from,
      to,
      customerId: customerIds.get(to.address)!,
      content,
      writtenAt: now,
      now,
    },
    enqueue,
  );
  await tx.sql
    .insertInto('bulkTest')
    .values({
      instanceId: tx.instanceId,
      messageId,
      bulkId,
      position: recipient?.position ?? 0,
      token: createUnsubscribeToken(),
    })
    .execute();
}
