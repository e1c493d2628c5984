import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import type { DeliveryState } from '../database/schema.ts';
import { recordEvent } from '../events/record-event.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { backoff } from '../google/retry-delay.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { uncertainSettleMs } from './claim.ts';
import { heldBecauseDisconnected } from './held-deliveries.ts';

export type AfterFailure = {
  problem: StoredProblem;
  state: Extract<DeliveryState, 'queued' | 'held' | 'failed'>;
  /** Milliseconds until the next attempt; null where none is made by itself. */
  waitMs: number | null;
  /** The message may have been sent all the same. */
  uncertain: boolean;
};

const sendingLimitWaitMs = 60 * 60_000;

/** What becomes of a delivery after a failed attempt (S5): waits and tries again, holds, or ends. */
export function afterFailure(failure: GoogleFailure, attempts: number, address: string): AfterFailure {
  const retryDelay = (after: number | null) => after ?? backoff(attempts);
  switch (failure.kind) {
    case 'disconnected':
      return { state: 'held', waitMs: null, uncertain: false, problem: heldBecauseDisconnected(address) };
    case 'refused':
      return { state: 'failed', waitMs: null, uncertain: false, problem: failure.problem };
    case 'sending-limit':
      return {
        state: 'queued',
        waitMs: failure.after ?? sendingLimitWaitMs,
        uncertain: false,
        problem: storedProblem('sending-limit', { address }),
      };
    case 'retry':
      return {
        state: 'queued',
        waitMs: failure.uncertain
          ? Math.max(retryDelay(failure.after), uncertainSettleMs)
          : retryDelay(failure.after),
        uncertain: failure.uncertain,
        problem: storedProblem(
          failure.cause === 'unreachable'
            ? 'google-unreachable'
            : failure.uncertain
              ? 'send-outcome-unknown'
              : 'google-busy',
        ),
      };
    case 'rate-limited':
      return {
        state: 'queued',
        waitMs: retryDelay(failure.after),
        uncertain: false,
        problem: failure.project
          ? storedProblem('project-limit')
          : storedProblem('rate-limited', { address }),
      };
    default:
      return {
        state: 'failed',
        waitMs: null,
        uncertain: false,
        problem: storedProblem('sender-not-found'),
      };
  }
}

/** Records what becomes of a delivery; answers false: its conversation's next message waits for it. */
export async function recordDeliveryFailure(
  { database, enqueue }: { database: Database; enqueue: Queue['enqueue'] },
  delivery: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    conversationId: string;
    attempts: number;
  },
  failure: GoogleFailure,
  { startedAt, stillUncertain }: { startedAt: Date; stillUncertain: boolean },
): Promise<boolean> {
  const { instanceId, messageId, mailboxId, conversationId } = delivery;
  return database.inInstance(instanceId, async (tx) => {
    const { address } = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('address')
      .executeTakeFirstOrThrow();
    const { waitMs, uncertain, state, problem } = afterFailure(failure, delivery.attempts, address);
    const now = new Date();
    const nextAttemptAt = waitMs === null ? null : new Date(now.getTime() + waitMs);
    if (failure.kind === 'disconnected') {
      await markDisconnected(tx, mailboxId, { code: failure.code, startedAt, now });
    }
    if (failure.kind === 'sending-limit') {
      // Nothing of it is tried before: its queue waits in order.
      await tx.sql
        .updateTable('mailbox')
        .set({ sendingLimitedUntil: nextAttemptAt })
        .where('id', '=', mailboxId)
        .execute();
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    }
    const changed = await tx.sql
      .updateTable('delivery')
      .set({
        state,
        nextAttemptAt,
        uncertainSince: uncertain || stillUncertain ? startedAt : null,
        problem: JSON.stringify(problem),
        changedAt: now,
      })
      .where('messageId', '=', messageId)
      .where('state', '=', 'sending')
      .returning('messageId')
      .executeTakeFirst();
    // Not sending any more: the mailbox's sync met the Sent copy first.
    if (!changed) return true;
    if (nextAttemptAt)
      await enqueue(
        tx,
        'send',
        { instanceId, messageId, mailboxId, conversationId },
        { startAfter: nextAttemptAt },
      );
    recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
    if (state === 'failed') await reopen(tx, conversationId, messageId);
    return false;
  });
}

/** What ended is seen by whoever works: the conversation is open again. Bulk messages have their report. */
async function reopen(tx: InstanceTransaction, conversationId: string, messageId: string): Promise<void> {
  const reopened = await tx.sql
    .updateTable('conversation')
    .set({ status: 'open', doneAt: null, snoozedUntil: null })
    .where('id', '=', conversationId)
    .where('status', '!=', 'open')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('bulkRecipient').where('bulkRecipient.messageId', '=', messageId).select('position'),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  if (reopened) recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
}
