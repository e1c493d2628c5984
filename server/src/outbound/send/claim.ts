import { sql } from 'kysely';
import { isUnfinishedIn } from '../../conversations/unfinished-deliveries.ts';
import type { NameAndAddress, SendAs } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';
import { recordEvent } from '../../events/record-event.ts';
import { uncertainSettleMs } from '../../google/find-sent.ts';
import type { SentBeforeStart } from './sent-before-start.ts';

/** A delivery that is about to be sent. */
export type Claim = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  conversationId: string;
  attempts: number;
  /** When the message was written: its copy in Sent is not older. */
  writtenAt: Date;
  /**
   * Search Sent before sending: an earlier attempt may have sent it, or a process that ran before this one on
   * a database that is lost.
   */
  mayBeSent: false | 'by-earlier-attempt' | 'before-start';
  /** What tells whether From depends on the send-as addresses, and when they were read (mailboxes/send-as.ts). */
  address: string;
  sendAs: SendAs[];
  dynamicAliasName: boolean;
  alias: string | null;
  sendAsReadAt: Date | null;
};

/** `memory`: how many bytes of files the sender may hold. */
export type ClaimRequest = {
  conversationId: string;
  now: Date;
  memory: number;
  sentBeforeStart: SentBeforeStart;
};

/** The next delivery was not claimed: its files have so many bytes, more than the sender may hold. */
export type NeedsMemory = { needsMemory: number };

/**
 * Returns the next of the unfinished deliveries of a conversation (`pendingDeliveries`) if it is due; null if none is.
 * The caller records the attempt (startAttempt). One that needs more memory is not claimed: from its claim on a delivery may
 * have been sent, and cannot be undone. A delivery held because its mailbox is disconnected holds back the later ones of that
 * mailbox. A mailbox at Google's sending limit sends nothing.
 */
export function claimNext(
  tx: InstanceTransaction,
  pending: PendingDelivery[],
  { conversationId, now, memory, sentBeforeStart }: ClaimRequest,
): Claim | NeedsMemory | null {
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
  if (next.fileBytes > memory) return { needsMemory: next.fileBytes };
  const { messageId, mailboxId, createdAt: writtenAt } = next;
  const { address, sendAs, dynamicAliasName, alias, sendAsReadAt } = next;
  const { instanceId } = tx;
  const mayBeSent = next.uncertainSince
    ? 'by-earlier-attempt'
    : sentBeforeStart.mustSearch({ instanceId, mailboxId, messageId, writtenAt }) && 'before-start';
  const attempts = next.attempts + 1;
  // The first attempt needs no event: its result follows in a moment.
  if (attempts > 1) recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  return {
    instanceId,
    messageId,
    mailboxId,
    conversationId,
    attempts,
    writtenAt,
    mayBeSent,
    address,
    sendAs,
    dynamicAliasName,
    alias,
    sendAsReadAt,
  };
}

export type PendingDelivery = Awaited<ReturnType<typeof pendingDeliveries>>[number];

/** Locks the unfinished deliveries of a conversation, in the order of their times. */
export const pendingDeliveries = prepared((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('delivery')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    .where(isUnfinishedIn(conversationId))
    .select((eb) => [
      'delivery.messageId',
      'delivery.mailboxId',
      'delivery.state',
      'delivery.problem',
      'delivery.attempts',
      'delivery.createdAt',
      'delivery.sendAfter',
      'delivery.nextAttemptAt',
      'delivery.uncertainSince',
      'delivery.alias',
      'mailbox.address',
      'mailbox.sendAs',
      'mailbox.sendingLimitedUntil',
      'mailbox.dynamicAliasName',
      'mailbox.sendAsReadAt',
      eb.fn
        .coalesce(
          eb
            .selectFrom('attachment')
            .whereRef('attachment.messageId', '=', 'delivery.messageId')
            .select(({ fn }) => fn.sum<number>('size').as('bytes')),
          sql.lit(0),
        )
        .as('fileBytes'),
    ])
    .orderBy('delivery.sendAfter')
    .orderBy('delivery.createdAt')
    .orderBy('delivery.messageId')
    // Postgres checks the conditions again for rows that changed while it waited for the lock.
    .forUpdate('delivery'),
);

/** Locks a delivery unless it is no longer pending. */
export const ifPending = prepared((db, { messageId }: Pick<Claim, 'messageId'>) =>
  db
    .selectFrom('delivery')
    .where('messageId', '=', messageId)
    .where('state', 'in', ['queued', 'sending'])
    .select('messageId')
    .forUpdate(),
);

/** Records, before Gmail is asked to send, that it will be asked and with which From. The caller has locked the delivery. */
export function startAttempt(tx: InstanceTransaction, claim: Claim, attempt: Attempt): void {
  tx.withCommit.push(() => markSending.with(attemptValues(claim, attempt)));
}

type Attempt = { from: NameAndAddress | null; now: Date };
const attemptValues = ({ messageId, attempts }: Claim, { from, now }: Attempt): AttemptStart => ({
  messageId,
  attempts,
  now,
  requestedFrom: from && JSON.stringify(from),
});

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
      // Without a From, the one of the earlier attempt is kept.
      requestedFrom: sql`coalesce(${requestedFrom}::jsonb, requested_from)`,
    })
    .where('messageId', '=', messageId)
    .where('state', 'in', ['queued', 'sending']),
);
