import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { unsnoozeConversation } from '../conversations/change-conversation.ts';
import { analyzeGrownTables } from '../database/analyze-tables.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import { sweepBlobs } from '../drafts/blobs.ts';
import { type Channel, openPubSub, type PushTarget } from '../google/pubsub.ts';
import { checkMailbox } from '../inbound/completeness-check.ts';
import { takeDueChecks } from '../inbound/completeness-check-state.ts';
import { takeDueMailboxes } from '../inbound/due-mailboxes.ts';
import { openParser } from '../inbound/parser.ts';
import { runSubscriber } from '../inbound/pubsub-subscriber.ts';
import { clearWatches, renewWatch, takeDueWatches } from '../inbound/renew-watch.ts';
import { syncMailbox } from '../inbound/sync-mailbox.ts';
import { sweepAttempts } from '../instances/rate-limit.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { sweepDeletedInstances } from '../mailboxes/delete-instances.ts';
import { retryConnection, takeDueRetries } from '../mailboxes/retry-disconnected.ts';
import { refreshSendAs, takeDueSendAs } from '../mailboxes/send-as.ts';
import { sweepConnections } from '../mailboxes/sweep-connections.ts';
import { claimDueNotifications, sendNotificationMail } from '../notifications/notification-mail.ts';
import { takeDueBulk, writeSlice } from '../outbound/bulk-slice.ts';
import { deliver } from '../outbound/deliver.ts';
import { findWronglyHeld, releaseHeld } from '../outbound/held-deliveries.ts';
import { findDeliveriesToRecover } from '../outbound/recover-deliveries.ts';
import { createSendScheduler, type SendRequest } from '../outbound/send-scheduler.ts';
import type { Queue } from '../queue/queue.ts';
import { openRenderer } from '../templates/renderer.ts';
import { startTicker } from './ticker.ts';
import { type Handlers, startWorker } from './worker.ts';

/** A mailbox slower than this (ms) is read on without its job: that was only a wake-up, and others wait. */
const slotTimeoutMs = 2_000;

/** What the work needs, wired once by the house. */
export type BackgroundJobsDeps = {
  /** null: no Google client is configured, so nothing is read or sent. */
  connecting: ConnectionDeps | null;
  /** null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  deployment: Deployment;
  database: Database;
  queue: Queue;
  locks: Locks;
};

/** Starts everything that goes on without a person: jobs, the look at mailboxes, the rescue of sends. */
export async function startBackgroundJobs(
  { deployment, database, queue, locks, connecting, notifications }: BackgroundJobsDeps,
  log: FastifyBaseLogger,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { enqueue } = queue;
  const parser = openParser();
  const renderer = openRenderer();
  const running = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>) => {
    running.add(work);
    const done = () => running.delete(work);
    void work.then(done, done);
    return work;
  };
  const gmail = connecting?.gmail;
  const sync = async (ref: { instanceId: string; mailboxId: string }) => {
    if (gmail) await track(syncMailbox({ database, locks, gmail, parser }, ref, signal));
  };
  const check = async (ref: { instanceId: string; mailboxId: string }) => {
    if (gmail) await track(checkMailbox({ database, locks, gmail, parser }, ref, signal));
  };
  const send = async (ref: SendRequest) => {
    if (!connecting) return;
    const deps = { database, locks, gmail: connecting.gmail, renderer, enqueue, url: connecting.url };
    await track(deliver(deps, ref, signal)).catch((error) => {
      if (!signal.aborted) log.error({ err: error, ...ref }, 'sending a message failed; it is tried again');
    });
  };
  const sendScheduler = createSendScheduler(send, signal);
  const releaseSlotWhenSlow = async (work: Promise<void>, failureText: string, ref: object) => {
    let inSlot = true;
    work.catch((error) => {
      if (!inSlot && !signal.aborted) log.error({ err: error, ...ref }, failureText);
    });
    await Promise.race([work, sleep(slotTimeoutMs, undefined, { ref: false })]);
    inSlot = false;
  };
  const handlers: Handlers = {
    sync: (ref) => releaseSlotWhenSlow(sync(ref), 'reading a mailbox failed', ref),
    // Only a wake-up: what is due and not sent is found by unfinishedDeliveries below.
    send: async (ref) => sendScheduler.schedule(ref),
    'release-held': ({ instanceId, mailboxId }) =>
      database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue)),
    'wake-conversation': ({ instanceId, conversationId }) =>
      database.inInstance(instanceId, (tx) => unsnoozeConversation(tx, conversationId, new Date())),
    'check-mailbox': (ref) => releaseSlotWhenSlow(check(ref), 'checking a mailbox failed', ref),
    'sweep-connections': async () => {
      if (connecting) await sweepConnections(connecting, new Date());
    },
    'sweep-blobs': () => sweepBlobs(deployment),
    'sweep-instances': async () => {
      const { removed, waiting } = await sweepDeletedInstances(
        { deployment, database, connecting },
        new Date(),
      );
      if (removed.length > 0) log.warn({ removed }, 'deleted instances and all that was in them are gone');
      if (waiting.length > 0)
        log.warn({ waiting }, 'deleted instances wait for Google to take its access back');
      await sweepAttempts(deployment);
    },
  };
  await startWorker(queue, handlers, log, signal);
  await queue.boss.schedule('sweep-connections', '*/5 * * * *', {});
  await queue.boss.schedule('sweep-instances', '*/5 * * * *', {});
  await queue.boss.schedule('sweep-blobs', '17 3 * * *', {});
  const analyze = () => analyzeGrownTables(deployment.sql);
  startTicker('looking for grown tables', 1_000, analyze, log, signal);
  if (gmail) {
    // Each in its own time: a slow mailbox holds up no other.
    const syncDueMailboxes = async () => {
      for (const ref of await takeDueMailboxes(deployment, new Date())) {
        sync(ref).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...ref }, 'reading a mailbox failed');
        });
      }
    };
    startTicker('looking for due mailboxes', 250, syncDueMailboxes, log, signal);
    const enqueueDueChecks = async () => {
      for (const ref of await takeDueChecks(deployment, new Date())) {
        await enqueue(deployment, 'check-mailbox', ref);
      }
    };
    startTicker('looking for due checks', 5_000, enqueueDueChecks, log, signal);
    const writeBulkSlices = async () => {
      for (const ref of await takeDueBulk(deployment, new Date())) {
        await writeSlice({ database, enqueue, url: connecting.url }, ref, new Date());
      }
    };
    startTicker('looking for bulk messages', 1_000, writeBulkSlices, log, signal);
    const mailNotices = async () => {
      for (const ref of await claimDueNotifications(deployment, new Date())) {
        const sending = track(sendNotificationMail(connecting, ref, new Date())).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...ref }, 'sending a notice by mail failed');
        });
        if ((await sending) === 'dropped')
          log.warn(ref, 'no mailbox could send a notice by mail; it is dropped');
      }
    };
    startTicker('looking for notices to mail', 5_000, mailNotices, log, signal);
    if (notifications) subscribe(notifications);
    else await clearWatches(deployment);
    const recoverDeliveries = async () => {
      for (const ref of await findDeliveriesToRecover(deployment, new Date())) sendScheduler.schedule(ref);
    };
    startTicker('looking for unfinished deliveries', 2_000, recoverDeliveries, log, signal);
    const releaseWronglyHeld = async () => {
      for (const { instanceId, mailboxId } of await findWronglyHeld(deployment, new Date())) {
        await database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue));
      }
    };
    startTicker('looking for messages held without cause', 5_000, releaseWronglyHeld, log, signal);
    const retryDisconnected = async () => {
      for (const ref of await takeDueRetries(deployment, new Date())) {
        track(retryConnection({ database, gmail, enqueue }, ref, signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...ref }, 'trying a disconnected mailbox failed');
        });
      }
    };
    startTicker('trying disconnected mailboxes', 5_000, retryDisconnected, log, signal);
    const readSendAs = async () => {
      for (const ref of await takeDueSendAs(deployment, new Date())) {
        track(refreshSendAs({ database, gmail }, ref, signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...ref }, 'reading send-as addresses failed');
        });
      }
    };
    startTicker('looking for send-as addresses to read', 5_000, readSendAs, log, signal);
  }
  /** Listens for Google's notifications, and keeps the watches alive that cause them. */
  function subscribe({ channel, push }: { channel: Channel; push: PushTarget | null }): void {
    if (!connecting) return;
    const pubsub = openPubSub(connecting.google.addresses.pubsubRoot);
    track(runSubscriber({ deployment, database, enqueue, pubsub, log }, { channel, push }, signal)).catch(
      (error) => {
        if (!signal.aborted) log.error(error, 'listening for notifications ended');
      },
    );
    const renewWatches = async () => {
      for (const ref of await takeDueWatches(deployment, new Date())) {
        const deps = { database, gmail: connecting.gmail, topic: channel.topic };
        track(renewWatch(deps, ref, new Date(), signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...ref }, 'renewing a watch failed');
        });
      }
    };
    startTicker('looking for watches to renew', 500, renewWatches, log, signal);
  }

  return {
    async stop() {
      stopping.abort(new Error('Postroom is stopping'));
      await Promise.allSettled(running);
      await parser.close();
      await renderer.close();
    },
  };
}
