import { backoff } from '../../backoff.ts';
import type { DeliveryState } from '../../database/column-types.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import { uncertainSettleMs } from '../../google/find-sent.ts';
import { markDisconnected } from '../../mailboxes/connection-state.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { heldBecauseDisconnected } from '../deliveries/held-deliveries.ts';

export type AfterFailure = {
  problem: StoredProblem;
  state: Extract<DeliveryState, 'queued' | 'held' | 'failed'>;
  /** Milliseconds until the next attempt; null if there is no automatic one. */
  waitMs: number | null;
  /** The message may have been sent nevertheless. */
  uncertain: boolean;
};

const sendingLimitWaitMs = 60 * 60_000;
/** A refusal that Google calls a failed precondition usually passes; after about an hour of attempts it is told. */
const maxPreconditionAttempts = 60;

/** What happens to a delivery after a failed attempt (S5): it is retried, held, or failed for good. */
export function afterFailure(failure: GoogleFailure, attempts: number, address: string): AfterFailure {
  const retryDelay = (after: number | null) => backoff(attempts, after);
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
      if (failure.cause === 'precondition' && attempts >= maxPreconditionAttempts) {
        const { message = 'Precondition check failed.' } = failure;
        return {
          state: 'failed',
          waitMs: null,
          uncertain: false,
          problem: storedProblem('google-refused', { message }),
        };
      }
      return {
        state: 'queued',
        waitMs: failure.uncertain
          ? Math.max(retryDelay(failure.after), uncertainSettleMs)
          : retryDelay(failure.after),
        uncertain: failure.uncertain,
        problem: storedProblem(
          failure.cause === 'unreachable'
            ? 'google-unreachable'
            : failure.uncertain && failure.cause !== 'precondition'
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

/** Records a failed attempt. Returns whether the next message of the conversation may follow now. */
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
      // Nothing is sent from this mailbox before.
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
    // No longer `sending`: the mailbox's sync found the copy in Sent first.
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

/** Opens the conversation again, so that the failure is seen. Bulk messages show failures in their report. */
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
