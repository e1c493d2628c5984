import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { unsnoozeConversation } from '../conversations/change-conversation.ts';
import { sweepBlobs } from '../drafts/blobs.ts';
import { sweepStoredAnswers } from '../idempotency/stored-answers.ts';
import { checkMailbox } from '../inbound/completeness/completeness-check.ts';
import type { Parser } from '../inbound/parse/parser.ts';
import { sweepAttempts } from '../instances/rate-limit.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { sweepDeletedInstances } from '../mailboxes/delete-instances.ts';
import type { MailboxRef } from '../mailboxes/mailbox-ref.ts';
import { requestSync } from '../mailboxes/request-sync.ts';
import { sweepConnections } from '../mailboxes/sweep-connections.ts';
import { releaseHeld } from '../outbound/deliveries/held-deliveries.ts';
import { deliver } from '../outbound/send/deliver.ts';
import {
  createSendScheduler,
  type SendRequest,
  type SendScheduler,
} from '../outbound/send/send-scheduler.ts';
import type { SentBeforeStart } from '../outbound/send/sent-before-start.ts';
import { sharedBySends } from '../outbound/send/shared-by-sends.ts';
import { deleteJobs, type Queue } from '../queue/queue.ts';
import type { Tasks } from '../queue/tasks.ts';
import type { Renderer } from '../templates/renderer.ts';
import { sweepDeliveries } from '../webhooks/deliver-webhooks.ts';
import type { Handlers } from './worker.ts';

/** After this long (ms) a job ends although its mailbox is still being read: other mailboxes' jobs wait. */
const slotTimeoutMs = 2_000;

/** The handlers of all jobs, and what they share with recurring work. */
export function createHandlers(
  deps: Pick<ConnectionDeps, 'deployment' | 'database' | 'locks'> & {
    connecting: ConnectionDeps | null;
    parser: Parser;
    renderer: Renderer;
    sentBeforeStart: SentBeforeStart;
    enqueue: Queue['enqueue'];
  },
  log: FastifyBaseLogger,
  signal: AbortSignal,
): {
  handlers: Handlers;
  sendScheduler: SendScheduler;
  /** Resolves when everything that outlived its job has ended. */
  handled(): Promise<void>;
} {
  const { deployment, database, connecting, renderer, sentBeforeStart, enqueue } = deps;
  const shared = sharedBySends(database);
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): Promise<void> => {
    running.add(work);
    const done = () => running.delete(work);
    work.then(done, done);
    return work;
  };
  /** Logs a failure after the job has ended; before, the queue logs it and retries the job. */
  const endWhenSlow = (work: Promise<void>, mailbox: MailboxRef, failureMessage: string) =>
    waitAtMost(slotTimeoutMs, work, (error) => {
      if (!signal.aborted) log.error({ err: error, ...mailbox }, failureMessage);
    });
  const send = async (delivery: SendRequest, freeSlot: () => void) => {
    if (!connecting) return;
    const sending = { ...connecting, renderer, sentBeforeStart, enqueue, ...shared };
    await track(deliver(sending, delivery, { signal, onWait: freeSlot })).catch((error) => {
      if (!signal.aborted)
        log.error({ err: error, ...delivery }, 'sending a message failed, will be retried');
    });
  };
  const sendScheduler = createSendScheduler(send, signal);

  const unsnooze = ({ instanceId, conversationId }: Tasks['unsnooze-conversation']) =>
    database.inInstance(instanceId, (tx) => unsnoozeConversation(tx, conversationId, new Date()));

  const handlers: Handlers = {
    sync: ({ mailboxId }) => requestSync(deployment, [mailboxId]),
    // Deliveries whose job is lost are found by the recurring work of outbound/.
    send: async (delivery) => sendScheduler.schedule(delivery),
    'release-held': ({ instanceId, mailboxId }) =>
      database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue)),
    'unsnooze-conversation': unsnooze,
    'wake-conversation': unsnooze,
    'check-mailbox': async (mailbox) => {
      if (!connecting) return;
      const check = checkMailbox({ ...deps, gmail: connecting.gmail }, mailbox, signal).then(() => {});
      await endWhenSlow(track(check), mailbox, 'checking a mailbox failed');
    },
    'sweep-connections': async () => {
      if (connecting) await sweepConnections(connecting, new Date());
    },
    'sweep-blobs': () => sweepBlobs(deployment),
    'sweep-instances': async () => {
      const { removed, waiting, failed } = await sweepDeletedInstances(
        { deployment, database, connecting },
        new Date(),
        signal,
      );
      await deleteJobs(deployment, removed);
      if (removed.length > 0) log.warn({ removed }, 'deleted instances were removed with all their data');
      if (waiting.length > 0)
        log.warn(
          { waiting },
          'deleted instances are not removed yet; Google may not have revoked their access',
        );
      for (const { instanceId, error } of failed) {
        log.error({ err: error, instanceId }, 'removing a deleted instance failed, will be retried');
      }
      await sweepAttempts(deployment);
      await sweepStoredAnswers(deployment);
      await sweepDeliveries(deployment);
    },
  };
  return {
    handlers,
    sendScheduler,
    handled: async () => {
      await Promise.allSettled(running);
    },
  };
}

/** Waits until `work` has ended, at most `milliseconds`. Later failures go to `onLateFailure`. */
async function waitAtMost(
  milliseconds: number,
  work: Promise<void>,
  onLateFailure: (error: unknown) => void,
): Promise<void> {
  let isLate = false;
  work.catch((error) => {
    if (isLate) onLateFailure(error);
  });
  await Promise.race([work, sleep(milliseconds, undefined, { ref: false })]);
  isLate = true;
}
