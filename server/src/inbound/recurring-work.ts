import type { FastifyBaseLogger } from 'fastify';
import type { Deployment } from '../database/connect.ts';
import type { Channel, PubSub, PushTarget } from '../google/pubsub.ts';
import { takeDueMailboxes } from '../mailboxes/take-due-mailboxes.ts';
import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringItems, recurringTask } from '../queue/recurring-work.ts';
import { takeDueChecks } from './completeness/completeness-check-state.ts';
import { retryUnfetched } from './fetch/retry-unfetched.ts';
import { takeDueUnfetched } from './fetch/unfetched-messages.ts';
import { runImport } from './import/import-messages.ts';
import { takeDueImports } from './import/import-state.ts';
import { removeImport } from './import/remove-import.ts';
import { runSubscriber, subscriberLoop } from './pubsub/pubsub-subscriber.ts';
import { renewWatch } from './pubsub/renew-watch.ts';
import { lookAtMailboxes } from './sync/look-loop.ts';
import type { SyncDeps } from './sync/sync-mailbox.ts';
import { countMailboxes } from './sync/sync-state.ts';

type InboundDeps = SyncDeps & { deployment: Deployment; enqueue: Queue['enqueue'] };

/** Polls the mailboxes, imports older mail, tries again what could not be fetched, and asks for their completeness checks. */
export function syncWork({ deployment, enqueue, ...syncDeps }: InboundDeps): RecurringWork[] {
  return [
    lookAtMailboxes(syncDeps),
    recurringTask({
      name: 'count mailboxes',
      everyMs: 30_000,
      run: () => countMailboxes(deployment),
    }),
    recurringItems({
      name: 'retry messages that could not be fetched',
      everyMs: 1_000,
      maxInFlight: 8,
      take: (room) => takeDueUnfetched(deployment, new Date(), room),
      run: (messages, signal) => retryUnfetched(syncDeps, messages, signal),
    }),
    recurringItems({
      name: 'import older mail',
      everyMs: 1_000,
      maxInFlight: 4,
      take: (room) => takeDueImports(deployment, new Date(), room),
      run: ({ work, ...ref }, signal) =>
        work === 'remove' ? removeImport(syncDeps, ref, signal) : runImport(syncDeps, ref, signal),
    }),
    recurringTask({
      name: 'enqueue due completeness checks',
      everyMs: 5_000,
      run: async () => {
        for (const mailbox of await takeDueChecks(deployment, new Date())) {
          await enqueue(deployment, 'check-mailbox', mailbox);
        }
      },
    }),
  ];
}

/** Receives Gmail's notifications through Pub/Sub, and keeps the watches alive that cause them. */
export function notificationWork(
  deps: InboundDeps & { pubsub: PubSub; log: FastifyBaseLogger },
  { channel, push }: { channel: Channel; push: PushTarget | null },
): RecurringWork[] {
  const { deployment, database, gmail } = deps;
  return [
    recurringTask({
      name: subscriberLoop,
      everyMs: 1_000,
      run: (signal) => runSubscriber(deps, { channel, push }, signal),
    }),
    recurringItems({
      name: 'renew watches',
      everyMs: 500,
      maxInFlight: 20,
      take: (room) => takeDueMailboxes(deployment, 'watchRenewAt', new Date(), room),
      run: (mailbox, signal) =>
        renewWatch({ database, gmail, topic: channel.topic }, mailbox, new Date(), signal),
    }),
  ];
}
