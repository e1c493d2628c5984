import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import type { NameAndAddress } from '../database/schema.ts';
import { recordEvent } from '../events/record-event.ts';
import { heldBecauseDisconnected } from './held-deliveries.ts';

/**
 * Gmail may still be at work on a send whose answer was lost: it is looked for only after this long,
 * in milliseconds.
 */
export const uncertainSettleMs = 10_000;

/** Released by itself when the address is connected again (hold.ts); what asks first holds back nothing. */

/** A delivery that Gmail is about to be asked for. */
export type Claim = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  conversationId: string;
  attempts: number;
  /** When the message was written: its Sent copy is no older. */
  writtenAt: Date;
  /** An earlier attempt may have sent it: look in Sent before sending. */
  mayBeSent: boolean;
  /** What its From hangs on (mailboxes/send-as.ts). */
  dynamicAliasName: boolean;
  sendAsReadAt: Date | null;
};

/**
 * Takes the first unfinished message of a conversation whose time has come, if it is due: they leave in
 * the order of their times. The caller writes down that Gmail is about to be asked (`begin`). One that
 * is still held for its address holds back what that address sends after it, and an address at Google's
 * sending limit sends nothing. null where nothing is to be sent now.
 */
export async function claimNext(
  tx: InstanceTransaction,
  conversationId: string,
  now: Date,
): Promise<Claim | null> {
  const pending = await pendingDeliveries(tx, { conversationId });
  const isPast = (at: Date | null) => !at || at <= now;
  const heldAddresses = new Set<string>();
  const next = pending.find(({ state, problem, mailboxId, sendAfter }) => {
    if (state === 'held' && problem?.code === 'mailbox-disconnected') heldAddresses.add(mailboxId);
    return state !== 'held' && isPast(sendAfter) && !heldAddresses.has(mailboxId);
  });
  if (!next) return null;
  const settled =
    (next.uncertainSince?.getTime() ?? Number.NEGATIVE_INFINITY) + uncertainSettleMs <= now.getTime();
  if (!settled || !isPast(next.nextAttemptAt) || !isPast(next.sendingLimitedUntil)) return null;
  const { messageId, mailboxId, dynamicAliasName, sendAsReadAt } = next;
  const attempts = next.attempts + 1;
  // Of the first attempt the page hears a moment later what became of it.
  if (attempts > 1) recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  return {
    instanceId: tx.instanceId,
    messageId,
    mailboxId,
    conversationId,
    attempts,
    writtenAt: next.createdAt,
    mayBeSent: next.uncertainSince !== null,
    dynamicAliasName,
    sendAsReadAt,
  };
}

/** What is not finished of a conversation, in the order of their times; locked. */
const pendingDeliveries = prepared((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('delivery')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    // The ids first: joined, Postgres may look through all that waits for each conversation.
    .where(
      'delivery.messageId',
      '=',
      sql<string>`any(array(select id from message where conversation_id = ${conversationId} and direction = 'outbound'))`,
    )
    .where('delivery.state', 'in', ['queued', 'sending', 'held'])
    .select([
      'delivery.messageId',
      'delivery.mailboxId',
      'delivery.state',
      'delivery.problem',
      'delivery.attempts',
      'delivery.createdAt',
      'delivery.sendAfter',
      'delivery.nextAttemptAt',
      'delivery.uncertainSince',
      'mailbox.sendingLimitedUntil',
      'mailbox.dynamicAliasName',
      'mailbox.sendAsReadAt',
    ])
    .orderBy('delivery.sendAfter')
    .orderBy('delivery.createdAt')
    .orderBy('delivery.messageId')
    // One that was undone or put off in between is looked at again by Postgres, as it is now.
    .forUpdate('delivery'),
);

/**
 * Writes down that Gmail is about to be asked to send, from whom, before it is asked. Answers false where
 * that is not so any more: the mailbox's sync met the Sent copy.
 */
export async function startAttempt(
  tx: InstanceTransaction,
  { messageId, attempts }: Claim,
  { from, now }: { from: NameAndAddress | null; now: Date },
): Promise<boolean> {
  const started = await markSending(tx, {
    messageId,
    attempts,
    now,
    requestedFrom: from && JSON.stringify(from),
  });
  return started.length > 0;
}

type AttemptStart = { messageId: string; attempts: number; now: Date; requestedFrom: string | null };
const markSending = prepared((db, { messageId, attempts, now, requestedFrom }: AttemptStart) =>
  db
    .updateTable('delivery')
    .set({
      state: 'sending',
      attempts,
      uncertainSince: now,
      nextAttemptAt: null,
      changedAt: now,
      // Of an attempt whose end nobody knows the earlier one stands.
      requestedFrom: sql`coalesce(${requestedFrom}::jsonb, requested_from)`,
    })
    .where('messageId', '=', messageId)
    .where('state', 'in', ['queued', 'sending'])
    .returning('messageId'),
);
