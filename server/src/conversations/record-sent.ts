import { type QueryCreator, sql } from 'kysely';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { Direction, NameAndAddress, Recipients } from '../database/column-types.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { planOnce, prepared, runTogether } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';
import { isSameFrom, normalizeAddress } from '../mail/mime/addresses.ts';
import { scheduleSendAsRefresh } from '../mailboxes/send-as.ts';
import { attachWaitingReports } from './delivery-reports.ts';
import { joinParents } from './join-parent.ts';
import { isUnfinishedIn } from './unfinished-deliveries.ts';

/** The copy of a sent message in Gmail. */
export type SentCopy = {
  mailboxId: string;
  gmailId: string;
  gmailThreadId: string;
  /** The Message-ID by Gmail, which replaces ours: replies will refer to it. Null: it was not read. */
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
  if (delivery.gmailId === gmailId) {
    await linkCopy(tx, { messageId, mailboxId, gmailId });
    return true;
  }
  const { to, cc, bcc } = delivery.recipients;
  await recordAccepted(tx, [{ messageId, copy, recipients: [...to, ...cc, ...bcc] }]);
  if (copy.rfcMessageId) await connectToAnswers(tx, { ...delivery, ...copy, id: messageId });
  return true;
}

/** A message that Gmail accepted; its Message-ID may be read later. */
export type AcceptedMessage = { messageId: string; copy: SentCopy; recipients: NameAndAddress[] };

/**
 * Marks the deliveries of messages that Gmail just accepted as sent, in one round trip with one statement each. Returns for
 * each null if a sync was first, or there is no such delivery; else whether others of its conversation wait.
 */
export async function recordAccepted(
  tx: InstanceTransaction,
  accepted: AcceptedMessage[],
): Promise<Array<{ othersWait: boolean } | null>> {
  const now = new Date();
  const [, ...stored] = await runTogether(tx, [
    planOnce,
    ...accepted.map(({ messageId, copy: { from, ...copy }, recipients }) =>
      storeSent.with({
        ...copy,
        instanceId: tx.instanceId,
        messageId,
        fromName: from.name,
        fromAddress: from.address,
        addresses: normalized(recipients).toSorted(),
        now,
      }),
    ),
  ]);
  return stored.map(([sent], at) => {
    if (!sent) return null;
    const { conversationId, othersWait } = sent;
    const { messageId } = accepted[at]!;
    recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
    return { othersWait: Boolean(othersWait) };
  });
}

/** Records what was read back from the Sent copy of a message that is sent: its Message-ID, and its From. */
export async function recordReadBack(
  tx: InstanceTransaction,
  messageId: string,
  copy: Pick<SentCopy, 'mailboxId' | 'from' | 'internalDate'> & { rfcMessageId: string },
): Promise<void> {
  const { mailboxId, from, rfcMessageId } = copy;
  await takeAdvisoryLocks(tx, [rfcMessageId]);
  const [delivery] = await lockDelivery(tx, { messageId, mailboxId });
  if (!delivery || delivery.rfcMessageId !== null) return;
  await tx.sql
    .updateTable('message')
    .set({ rfcMessageId, fromName: from.name, fromAddress: from.address })
    .where('id', '=', messageId)
    .execute();
  await connectToAnswers(tx, { ...delivery, ...copy, id: messageId });
}

/** What may refer to a sent message was perhaps stored before its Message-ID was known. */
async function connectToAnswers(
  tx: InstanceTransaction,
  sent: Pick<SentCopy, 'mailboxId' | 'from' | 'internalDate' | 'rfcMessageId'> & {
    id: string;
    conversationId: string;
    recipients: Recipients;
    requestedFrom: NameAndAddress | null;
  },
): Promise<void> {
  const { id, mailboxId, conversationId, rfcMessageId, internalDate, requestedFrom, from } = sent;
  if (!rfcMessageId) return;
  // A reply to it that another mailbox received may have been stored before.
  await joinParents(tx, [{ rfcMessageId, conversationId, sentAt: internalDate }]);
  // Gmail has other send-as addresses than we know, or another name for one.
  if (requestedFrom && !isSameFrom(requestedFrom, from))
    await scheduleSendAsRefresh(tx, mailboxId, new Date());
  const { to, cc, bcc } = sent.recipients;
  await attachWaitingReports(tx, {
    id,
    conversationId,
    rfcMessageId,
    recipients: normalized([...to, ...cc, ...bcc]),
  });
}

const normalized = (recipients: NameAndAddress[]) => [
  ...new Set(recipients.map(({ address }) => normalizeAddress(address))),
];

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
      'message.rfcMessageId',
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
    rfcMessageId: string | null;
    inReplyTo: string | null;
    references: string[];
    fromName: string;
    fromAddress: string;
    addresses: string[];
    now: Date;
  };
/** All changes in one statement; none where the delivery is already recorded with this copy. */
const storeSent = prepared((db, sent: SentValues) => {
  const { instanceId, messageId, mailboxId, gmailId, gmailThreadId, internalDate } = sent;
  return (
    db
      .with('copy', (creator) =>
        creator
          .insertInto('gmailMessage')
          .columns(['instanceId', 'mailboxId', 'gmailId', 'gmailThreadId', 'internalDate', 'messageId'])
          .expression(
            sql<never>`select ${instanceId}::uuid, ${mailboxId}::uuid, ${gmailId}::text, ${gmailThreadId}::text,
              ${internalDate}::timestamptz, message_id from delivery
              where message_id = ${messageId} and mailbox_id = ${mailboxId}`,
          )
          .onConflict((conflict) =>
            conflict
              .columns(['instanceId', 'mailboxId', 'gmailId'])
              .doUpdateSet((eb) => ({ messageId: eb.ref('excluded.messageId') })),
          )
          .returning('messageId'),
      )
      // It names the copy, so that the copy is locked first.
      .with('sent', (creator) =>
        creator
          .selectFrom('copy')
          .innerJoin('delivery', 'delivery.messageId', 'copy.messageId')
          .innerJoin('message', 'message.id', 'copy.messageId')
          // Named once more, so that Postgres finds each by its key whatever it knows of the tables.
          .where('delivery.messageId', '=', messageId)
          .where('message.id', '=', messageId)
          .where('delivery.gmailId', 'is distinct from', gmailId)
          .select([
            'delivery.messageId',
            'message.conversationId',
            'message.snippet',
            'message.sentAt as writtenAt',
          ])
          .forUpdate('delivery'),
      )
      .with('thread', (creator) =>
        creator
          .insertInto('gmailThread')
          .columns(['instanceId', 'mailboxId', 'gmailThreadId', 'conversationId'])
          .expression(
            sql<never>`select ${instanceId}::uuid, ${mailboxId}::uuid, ${gmailThreadId}::text, conversation_id from sent`,
          )
          .onConflict((conflict) => conflict.doNothing())
          .returning('gmailThreadId'),
      )
      .with('shown', (creator) =>
        creator
          .updateTable('conversation')
          .from('sent')
          .whereRef('conversation.id', '=', 'sent.conversationId')
          .set((eb) => {
            // A message that is newer stays the one shown in the list.
            const isShown = sql<boolean>`(last_message_at <= ${internalDate} or last_message_at = sent.written_at)`;
            return {
              snippet: sql<string>`case when ${isShown} then sent.snippet else conversation.snippet end`,
              lastDirection: sql<Direction>`case when ${isShown} then 'outbound' else last_direction end`,
              lastMessageAt: sql<Date>`case when ${isShown} then ${internalDate} else last_message_at end`,
              // Answers to what one mailbox sent in a conversation of another arrive in the first: it is listed in both.
              otherMailboxIds: sql<string[]>`case
                when ${eb.ref('conversation.mailboxId')} = ${mailboxId}::uuid or other_mailbox_ids @> array[${mailboxId}::uuid]
                then other_mailbox_ids else other_mailbox_ids || ${mailboxId}::uuid end`,
            };
          })
          .returning('conversation.id'),
      )
      .with('made', (creator) =>
        creator
          .updateTable('message')
          .from('sent')
          .whereRef('message.id', '=', 'sent.messageId')
          .where('message.id', '=', messageId)
          .set({
            rfcMessageId: sent.rfcMessageId,
            inReplyTo: sent.inReplyTo,
            references: sent.references,
            fromName: sent.fromName,
            fromAddress: sent.fromAddress,
            sentAt: internalDate,
          })
          .returning('message.id'),
      )
      .with('written', (creator) =>
        creator
          .insertInto('participant')
          .columns(['instanceId', 'conversationId', 'address'])
          .expression(
            sql<never>`select ${instanceId}::uuid, conversation_id, address
              from sent cross join unnest(${sent.addresses}::text[]) address`,
          )
          .onConflict((conflict) => conflict.doNothing())
          .returning('address'),
      )
      .updateTable('delivery')
      .from('sent')
      .whereRef('delivery.messageId', '=', 'sent.messageId')
      .where('delivery.messageId', '=', messageId)
      .set({
        state: 'sent',
        gmailId,
        nextAttemptAt: null,
        uncertainSince: null,
        problem: null,
        changedAt: sent.now,
      })
      .returning((eb) => [
        'sent.conversationId',
        eb
          .exists(
            eb
              .selectFrom('delivery')
              .where(isUnfinishedIn(sql.ref('sent.conversationId')))
              .where('delivery.messageId', '!=', messageId)
              .select('delivery.messageId'),
          )
          .as('othersWait'),
      ])
  );
});
