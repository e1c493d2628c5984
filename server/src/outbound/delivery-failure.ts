import type { Database, InstanceTransaction } from '../database/bind.ts';
import type { DeliveryState } from '../database/schema.ts';
import { record } from '../events/record.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { backoff } from '../google/retry-delay.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import type { Queue } from '../queue/queue.ts';
import { settlesAfter } from './claim.ts';
import { heldBecauseDisconnected } from './held-deliveries.ts';

type Words = { code: string | null; sentence: string | null; remedy: string | null };
export type AfterFailure = Words & {
  state: Extract<DeliveryState, 'queued' | 'held' | 'failed'>;
  /** Milliseconds until the next attempt; null where none is made by itself. */
  wait: number | null;
  /** The message may have been sent all the same. */
  uncertain: boolean;
};

const limitWait = 60 * 60_000;

/** What becomes of a delivery after a failed attempt (S5): waits and tries again, holds, or ends. */
export function afterFailure(failure: GoogleFailure, attempts: number, address: string): AfterFailure {
  const again = (after: number | null) => after ?? backoff(attempts);
  switch (failure.kind) {
    case 'disconnected':
      return { state: 'held', wait: null, uncertain: false, ...heldBecauseDisconnected(address) };
    case 'refused':
      return {
        state: 'failed',
        wait: null,
        uncertain: false,
        code: failure.code,
        sentence: failure.sentence,
        remedy: failure.remedy,
      };
    case 'sending-limit':
      return {
        state: 'queued',
        wait: failure.after ?? limitWait,
        uncertain: false,
        code: 'sending-limit',
        sentence: `${address} has reached Google's sending limit.`,
        remedy: 'The message waits and is sent by itself as soon as Google allows it.',
      };
    case 'retry':
      return {
        state: 'queued',
        wait: failure.uncertain ? Math.max(again(failure.after), settlesAfter) : again(failure.after),
        uncertain: failure.uncertain,
        ...(failure.cause === 'unreachable' ? unreachable : failure.uncertain ? notLearnt : busy),
      };
    case 'rate-limited':
      return {
        state: 'queued',
        wait: again(failure.after),
        uncertain: false,
        ...(failure.project ? projectLimit : tooFast(address)),
      };
    default:
      return {
        state: 'failed',
        wait: null,
        uncertain: false,
        code: failure.kind,
        sentence: 'Gmail did not find the mailbox this message should be sent from.',
        remedy: 'Write the message again. If it stays, ask an admin to reconnect the address.',
      };
  }
}

const busy: Words = {
  code: 'google-busy',
  sentence: 'Google did not take the message yet.',
  remedy: 'It is tried again by itself.',
};
const notLearnt: Words = {
  code: 'not-learnt',
  sentence: 'Google did not say whether it sent the message.',
  remedy: 'Postroom looks for it in Sent, and sends it by itself if it is not there. It is not sent twice.',
};
const unreachable: Words = {
  code: 'google-unreachable',
  sentence: 'Postroom cannot reach Google.',
  remedy:
    'It is tried again by itself. If it stays so, whoever runs Postroom checks its connection to the internet.',
};
const projectLimit: Words = {
  code: 'project-limit',
  sentence: "This Postroom's Google Cloud project has used up what its owner lets it ask of Gmail in a day.",
  remedy:
    'The message waits and is sent by itself. Whoever runs Postroom can raise the quota of the Gmail API in the Google Cloud console.',
};
const tooFast = (address: string): Words => ({
  code: 'too-fast',
  sentence: `Gmail asks ${address} to slow down.`,
  remedy: 'The message waits and is sent by itself in a moment.',
});

/** Records what becomes of a delivery; answers false: its conversation's next message waits for it. */
export async function noteFailure(
  { database, enqueue }: { database: Database; enqueue: Queue['enqueue'] },
  delivery: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    conversationId: string;
    attempts: number;
  },
  failure: GoogleFailure,
  { began, stillUncertain }: { began: Date; stillUncertain: boolean },
): Promise<boolean> {
  const { instanceId, messageId, mailboxId, conversationId } = delivery;
  return database.inInstance(instanceId, async (tx) => {
    const { address } = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('address')
      .executeTakeFirstOrThrow();
    const { wait, uncertain, state, code, sentence, remedy } = afterFailure(
      failure,
      delivery.attempts,
      address,
    );
    const now = new Date();
    const nextAttemptAt = wait === null ? null : new Date(now.getTime() + wait);
    if (failure.kind === 'disconnected') {
      await markDisconnected(tx, mailboxId, { code: failure.code, began, now });
    }
    if (failure.kind === 'sending-limit') {
      // Nothing of it is tried before: its queue waits in order.
      await tx.sql
        .updateTable('mailbox')
        .set({ sendingLimitedUntil: nextAttemptAt })
        .where('id', '=', mailboxId)
        .execute();
      record(tx, { type: 'mailbox.changed', data: { mailboxId } });
    }
    const changed = await tx.sql
      .updateTable('delivery')
      .set({
        state,
        nextAttemptAt,
        uncertainSince: uncertain || stillUncertain ? began : null,
        code,
        sentence,
        remedy,
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
    record(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
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
  if (reopened) record(tx, { type: 'conversation.changed', data: { conversationId } });
}
