import { type QueryCreator, sql } from 'kysely';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';
import { isSameFrom, normalizeAddress } from '../mail/mime/addresses.ts';
import { scheduleSendAsRefresh } from '../mailboxes/send-as.ts';
import { attachWaitingReports } from './delivery-reports.ts';
import { joinParents } from './join-parent.ts';
import { updateLastMessagePreview } from './last-message-preview.ts';

/** The copy of a sent message in Gmail, as read back from the mailbox. */
export type SentCopy = {
  mailboxId: string;
  gmailId: string;
  gmailThreadId: string;
  /** The Message-ID by Gmail, which replaces ours: replies will refer to it. */
  rfcMessageId: string | null;
  /** In-Reply-To and References as they were sent: the next answer carries them on (RFC 5322, 3.6.4). */
  inReplyTo: string | null;
  references: string[];
  from: { name: string; address: string };
  internalDate: Date;
};

/**
 * Marks the delivery of a message as sent and links it to its Sent copy. Called after sending, and when a sync
 * finds the copy first; the second call changes nothing. Returns false if there is no such delivery.
 */
export async function recordSent(
  tx: InstanceTransaction,
  messageId: string,
  copy: SentCopy,
): Promise<boolean> {
  const { instanceId } = tx;
  const { mailboxId, gmailId, gmailThreadId, internalDate } = copy;
  // Locks the copy, then the delivery, as storing a received message does: another order could deadlock.
  await insertCopy(tx, { instanceId, mailboxId, gmailId, gmailThreadId, internalDate });
  // A message that refers to it, such as a report, is stored before or after this transaction.
  if (copy.rfcMessageId) await takeAdvisoryLocks(tx, [copy.rfcMessageId]);
  const [delivery] = await lockDelivery(tx, { messageId, mailboxId });
  if (!delivery) return false;
  const { conversationId, recipients, snippet, writtenAt, requestedFrom } = delivery;
  if (delivery.gmailId === gmailId) {
    await linkCopy(tx, { messageId, mailboxId, gmailId });
    return true;
  }
  const { to, cc, bcc } = recipients;
  const addresses = [...new Set([...to, ...cc, ...bcc].map(({ address }) => normalizeAddress(address)))];
  await storeSent(tx, {
    instanceId,
    messageId,
    mailboxId,
    gmailId,
    gmailThreadId,
    conversationId,
    rfcMessageId: copy.rfcMessageId,
    inReplyTo: copy.inReplyTo,
    references: copy.references,
    fromName: copy.from.name,
    fromAddress: copy.from.address,
    internalDate,
    addresses: addresses.toSorted(),
    now: new Date(),
  });
  // A reply to it that another mailbox received may have been stored before.
  if (copy.rfcMessageId) {
    await joinParents(tx, [{ rfcMessageId: copy.rfcMessageId, conversationId, sentAt: internalDate }]);
  }
  // Gmail has other send-as addresses than we know, or another name for one.
  if (requestedFrom && !isSameFrom(requestedFrom, copy.from))
    await scheduleSendAsRefresh(tx, mailboxId, new Date());
  await updateLastMessagePreview(tx, conversationId, {
    at: internalDate,
    snippet,
    direction: 'outbound',
    previousDate: writtenAt,
  });
  await attachWaitingReports(tx, {
    id: messageId,
    conversationId,
    rfcMessageId: copy.rfcMessageId,
    recipients: addresses,
  });
  recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  return true;
}

type Copy = {
  instanceId: string;
  mailboxId: string;
  gmailId: string;
  gmailThreadId: string;
  internalDate: Date;
};
const insertCopy = prepared((db, { instanceId, mailboxId, gmailId, gmailThreadId, internalDate }: Copy) =>
  db
    .insertInto('gmailMessage')
    .values({ instanceId, mailboxId, gmailId, gmailThreadId, internalDate, messageId: null })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doNothing()),
);

const lockDelivery = prepared((db, { messageId, mailboxId }: { messageId: string; mailboxId: string }) =>
  db
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .where('delivery.messageId', '=', messageId)
    .where('delivery.mailboxId', '=', mailboxId)
    .select([
      'message.conversationId',
      'message.recipients',
      'message.sentAt as writtenAt',
      'message.snippet',
      'delivery.gmailId',
      'delivery.requestedFrom',
    ])
    .forUpdate('delivery'),
);

type CopyOfMessage = { messageId: string; mailboxId: string; gmailId: string };
const linkCopy = prepared((db, key: CopyOfMessage) => copyUpdate(db, key));

function copyUpdate(db: QueryCreator<Schema>, { messageId, mailboxId, gmailId }: CopyOfMessage) {
  return db
    .updateTable('gmailMessage')
    .set({ messageId })
    .where('mailboxId', '=', mailboxId)
    .where('gmailId', '=', gmailId);
}

type SentValues = CopyOfMessage &
  Copy & {
    conversationId: string;
    rfcMessageId: string | null;
    inReplyTo: string | null;
    references: string[];
    fromName: string;
    fromAddress: string;
    addresses: string[];
    now: Date;
  };
/** All updates that do not depend on each other, in one statement. */
const storeSent = prepared((db, sent: SentValues) => {
  const { instanceId, messageId, mailboxId, gmailId, gmailThreadId, conversationId } = sent;
  return (
    db
      .with('copy', (creator) => copyUpdate(creator, { messageId, mailboxId, gmailId }).returning('gmailId'))
      .with('thread', (creator) =>
        creator
          .insertInto('gmailThread')
          .values({ instanceId, mailboxId, gmailThreadId, conversationId })
          .onConflict((conflict) => conflict.doNothing())
          .returning('gmailThreadId'),
      )
      // Answers to what one mailbox sent in a conversation of another arrive in the first: it is listed in both.
      .with('listed', (creator) =>
        creator
          .updateTable('conversation')
          .set({ otherMailboxIds: sql<string[]>`other_mailbox_ids || ${mailboxId}::uuid` })
          .where('id', '=', conversationId)
          .where('mailboxId', '!=', mailboxId)
          .where(sql<boolean>`not other_mailbox_ids @> array[${mailboxId}::uuid]`)
          .returning('id'),
      )
      .with('made', (creator) =>
        creator
          .updateTable('message')
          .set({
            rfcMessageId: sent.rfcMessageId,
            inReplyTo: sent.inReplyTo,
            references: sent.references,
            fromName: sent.fromName,
            fromAddress: sent.fromAddress,
            sentAt: sent.internalDate,
          })
          .where('id', '=', messageId)
          .returning('id'),
      )
      .with('written', (creator) =>
        creator
          .insertInto('participant')
          .columns(['instanceId', 'conversationId', 'address'])
          .expression(
            sql<never>`select ${instanceId}::uuid, ${conversationId}::uuid, unnest(${sent.addresses}::text[])`,
          )
          .onConflict((conflict) => conflict.doNothing())
          .returning('address'),
      )
      .updateTable('delivery')
      .set({
        state: 'sent',
        gmailId,
        nextAttemptAt: null,
        uncertainSince: null,
        problem: null,
        changedAt: sent.now,
      })
      .where('messageId', '=', messageId)
  );
});
