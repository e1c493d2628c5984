import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { recordSent } from '../conversations/sent.ts';
import { findOrCreateCustomer } from '../customers/find-or-create.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';
import type { FetchedMessage } from './fetched.ts';
import type { Reading } from './read.ts';
import { findConversation, lockThread } from './thread.ts';

export type MessageToStore = { mailboxId: string; fetched: FetchedMessage; reading: Reading; zstd: Buffer };

export type StoreOutcome =
  | { kind: 'stored'; messageId: string; conversationId: string }
  /** Read before, or deleted here since: either way it stays as it is (R3). */
  | { kind: 'known' }
  /** The Sent copy of a message written here. */
  | { kind: 'sent-copy'; messageId: string }
  /** The copy another connected mailbox received of a message already in the timeline. */
  | { kind: 'other-copy'; messageId: string };

/**
 * Stores one message, in the caller's transaction, exactly once: the key (mailbox, Gmail id) is
 * taken first, and whoever has it taken decides.
 */
export async function storeMessage(tx: InstanceTransaction, message: MessageToStore): Promise<StoreOutcome> {
  const { instanceId } = tx;
  const { mailboxId, fetched, reading } = message;
  const { gmailId, gmailThreadId, internalDate } = fetched;
  const key = { instanceId, mailboxId, gmailId };
  const isNew = await tx.sql
    .insertInto('gmailMessage')
    .values({ ...key, gmailThreadId, internalDate, messageId: null })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doNothing())
    .returning('gmailId')
    .executeTakeFirst();
  if (!isNew) return { kind: 'known' };

  if (reading.deliveryId && fetched.labels.includes('SENT')) {
    const rfcMessageId = reading.clues.rfcMessageId;
    const copy = { mailboxId, gmailId, gmailThreadId, internalDate, rfcMessageId, from: reading.from };
    if (await recordSent(tx, reading.deliveryId, copy))
      return { kind: 'sent-copy', messageId: reading.deliveryId };
  }

  const clues = { mailboxId, gmailThreadId, ...reading.clues };
  await lockThread(tx, clues);
  const twin = await otherCopy(tx, mailboxId, reading);
  if (twin) {
    await linkGmailMessage(tx, mailboxId, gmailId, twin.id);
    await joinThread(tx, mailboxId, gmailThreadId, twin.conversationId);
    return { kind: 'other-copy', messageId: twin.id };
  }

  const direction = fetched.labels.includes('SENT') ? 'outbound' : 'inbound';
  const conversationId =
    (await findConversation(tx, clues)) ?? (await openConversation(tx, message, direction));
  await joinThread(tx, mailboxId, gmailThreadId, conversationId);
  const messageId = uuid();
  await tx.sql
    .insertInto('message')
    .values({
      instanceId,
      id: messageId,
      conversationId,
      mailboxId,
      direction,
      origin: 'gmail',
      rfcMessageId: reading.clues.rfcMessageId,
      inReplyTo: reading.clues.inReplyTo,
      references: reading.clues.references,
      fromName: reading.from.name,
      fromAddress: reading.from.address,
      recipients: JSON.stringify(reading.recipients),
      subject: reading.subject,
      sentAt: internalDate,
      bodyText: reading.text,
      bodyHtml: reading.html,
      ownText: reading.ownText,
      ownHtml: reading.ownHtml,
      snippet: reading.snippet,
      unreadable: reading.unreadable,
    })
    .execute();
  await linkGmailMessage(tx, mailboxId, gmailId, messageId);
  await tx.sql
    .insertInto('rawMessage')
    .values({ instanceId, messageId, size: fetched.raw.length, zstd: message.zstd })
    .execute();
  await storeAttachments(tx, messageId, reading.attachments);
  await bringForward(tx, conversationId, direction, message);
  if (direction === 'inbound') {
    await tx.sql
      .updateTable('mailbox')
      .set((eb) => ({
        lastMessageReceivedAt: eb.fn<Date>('greatest', ['lastMessageReceivedAt', eb.val(internalDate)]),
      }))
      .where('id', '=', mailboxId)
      .execute();
  }
  record(tx, { type: 'message.stored', data: { conversationId, messageId, direction } });
  return { kind: 'stored', messageId, conversationId };
}

/**
 * A message that reached two of our mailboxes is one message: the same Message-ID from the same
 * sender, met first in another mailbox. Seen twice in one mailbox it is two messages.
 */
async function otherCopy(tx: InstanceTransaction, mailboxId: string, { clues, from }: Reading) {
  if (!clues.rfcMessageId) return undefined;
  return tx.sql
    .selectFrom('message')
    .where('rfcMessageId', '=', clues.rfcMessageId)
    .where('fromAddress', '=', from.address)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('gmailMessage')
            .whereRef('gmailMessage.messageId', '=', 'message.id')
            .where('gmailMessage.mailboxId', '=', mailboxId)
            .select('gmailMessage.gmailId'),
        ),
      ),
    )
    .select(['id', 'conversationId'])
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst();
}

async function linkGmailMessage(
  tx: InstanceTransaction,
  mailboxId: string,
  gmailId: string,
  messageId: string,
) {
  await tx.sql
    .updateTable('gmailMessage')
    .set({ messageId })
    .where('mailboxId', '=', mailboxId)
    .where('gmailId', '=', gmailId)
    .execute();
}

async function joinThread(
  tx: InstanceTransaction,
  mailboxId: string,
  gmailThreadId: string,
  conversationId: string,
) {
  await tx.sql
    .insertInto('gmailThread')
    .values({ instanceId: tx.instanceId, mailboxId, gmailThreadId, conversationId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function openConversation(
  tx: InstanceTransaction,
  { mailboxId, fetched, reading }: MessageToStore,
  direction: 'inbound' | 'outbound',
): Promise<string> {
  const customer = await findOrCreateCustomer(
    tx,
    direction === 'inbound' ? reading.writer : reading.addressee,
  );
  const id = uuid();
  await tx.sql
    .insertInto('conversation')
    .values({
      instanceId: tx.instanceId,
      id,
      customerId: customer.id,
      mailboxId,
      subject: reading.subject,
      lastMessageAt: fetched.internalDate,
      lastDirection: direction,
    })
    .execute();
  return id;
}

/** Shows the newest message in the list; one from outside reopens what was done or snoozed (R4). */
async function bringForward(
  tx: InstanceTransaction,
  conversationId: string,
  direction: 'inbound' | 'outbound',
  { fetched: { internalDate }, reading: { snippet } }: MessageToStore,
) {
  await tx.sql
    .updateTable('conversation')
    .set({ snippet, lastDirection: direction, lastMessageAt: internalDate })
    .where('id', '=', conversationId)
    .where('lastMessageAt', '<=', internalDate)
    .execute();
  if (direction === 'outbound') return;
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      status: 'open',
      snoozedUntil: null,
      lastInboundAt: eb.fn<Date>('greatest', ['lastInboundAt', eb.val(internalDate)]),
    }))
    .where('id', '=', conversationId)
    .execute();
}

async function storeAttachments(
  tx: InstanceTransaction,
  messageId: string,
  attachments: Reading['attachments'],
) {
  const { instanceId } = tx;
  for (const [position, { bytes, ...attachment }] of attachments.entries()) {
    const sha256 = createHash('sha256').update(bytes).digest();
    await tx.sql
      .insertInto('blob')
      .values({ instanceId, sha256, bytes: Buffer.from(bytes) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx.sql
      .insertInto('attachment')
      .values({ instanceId, id: uuid(), messageId, position, size: bytes.length, sha256, ...attachment })
      .execute();
  }
}
