import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { wakeConversation } from '../conversations/change.ts';
import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import type { Locks } from '../database/locks.ts';
import { analyzeGrown } from '../database/statistics.ts';
import { sweepBlobs } from '../drafts/blobs.ts';
import { type Channel, openPubSub, type PushTarget } from '../google/pubsub.ts';
import { checkMailbox } from '../inbound/completeness-check.ts';
import { takeDueChecks } from '../inbound/completeness-check-state.ts';
import { takeDueMailboxes } from '../inbound/due-mailboxes.ts';
import { openParser } from '../inbound/parser.ts';
import { runSubscriber } from '../inbound/pubsub-subscriber.ts';
import { forgetWatches, renewWatch, takeDueWatches } from '../inbound/renew-watch.ts';
import { syncMailbox } from '../inbound/sync-mailbox.ts';
import { sweepAttempts } from '../instances/limits.ts';
import type { ConnectingNeeds } from '../mailboxes/connection-deps.ts';
import { sweepDeletedInstances } from '../mailboxes/delete-instances.ts';
import { probe, takeDueProbes } from '../mailboxes/retry-disconnected.ts';
import { refreshSendAs, takeDueSendAs } from '../mailboxes/send-as.ts';
import { sweepConnections } from '../mailboxes/sweep-connections.ts';
import { mailNotice, takeDueNotices } from '../notifications/mail.ts';
import { takeDueBulk, writeSlice } from '../outbound/bulk-slice.ts';
import { deliver } from '../outbound/deliver.ts';
import { heldWithoutCause, releaseHeld } from '../outbound/held-deliveries.ts';
import { unfinishedDeliveries } from '../outbound/recover-deliveries.ts';
import { openTurns, type ToSend } from '../outbound/send-scheduler.ts';
import type { Queue } from '../queue/queue.ts';
import { openRenderer } from '../templates/renderer.ts';
import { startTicker } from './ticker.ts';
import { type Handlers, startWorker } from './worker.ts';

/** A mailbox slower than this (ms) is read on without its job: that was only a wake-up, and others wait. */
const keepsItsPlace = 2_000;

/** What the work needs, wired once by the house. */
export type WorkNeeds = {
  /** null: no Google client is configured, so nothing is read or sent. */
  connecting: ConnectingNeeds | null;
  /** null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  deployment: Deployment;
  database: Database;
  queue: Queue;
  locks: Locks;
};

/** Starts everything that goes on without a person: jobs, the look at mailboxes, the rescue of sends. */
export async function startWork(
  { deployment, database, queue, locks, connecting, notifications }: WorkNeeds,
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
  const sync = async (at: { instanceId: string; mailboxId: string }) => {
    if (gmail) await track(syncMailbox({ database, locks, gmail, parser }, at, signal));
  };
  const check = async (at: { instanceId: string; mailboxId: string }) => {
    if (gmail) await track(checkMailbox({ database, locks, gmail, parser }, at, signal));
  };
  const send = async (at: ToSend) => {
    if (!connecting) return;
    const needs = { database, locks, gmail: connecting.gmail, renderer, enqueue, url: connecting.url };
    await track(deliver(needs, at, signal)).catch((error) => {
      if (!signal.aborted) log.error({ err: error, ...at }, 'sending a message failed; it is tried again');
    });
  };
  const turns = openTurns(send, signal);
  const letGo = async (work: Promise<void>, failed: string, at: object) => {
    let kept = true;
    work.catch((error) => {
      if (!kept && !signal.aborted) log.error({ err: error, ...at }, failed);
    });
    await Promise.race([work, sleep(keepsItsPlace, undefined, { ref: false })]);
    kept = false;
  };
  const handlers: Handlers = {
    sync: (at) => letGo(sync(at), 'reading a mailbox failed', at),
    // Only a wake-up: what is due and not sent is found by unfinishedDeliveries below.
    send: async (at) => turns.ask(at),
    'release-held': ({ instanceId, mailboxId }) =>
      database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue)),
    'wake-conversation': ({ instanceId, conversationId }) =>
      database.inInstance(instanceId, (tx) => wakeConversation(tx, conversationId, new Date())),
    'check-mailbox': (at) => letGo(check(at), 'checking a mailbox failed', at),
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
  const analyze = () => analyzeGrown(deployment.sql);
  startTicker('looking for grown tables', 1_000, analyze, log, signal);
  if (gmail) {
    // Each in its own time: a slow mailbox holds up no other.
    const look = async () => {
      for (const at of await takeDueMailboxes(deployment, new Date())) {
        sync(at).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...at }, 'reading a mailbox failed');
        });
      }
    };
    startTicker('looking for due mailboxes', 250, look, log, signal);
    const checks = async () => {
      for (const at of await takeDueChecks(deployment, new Date())) {
        await enqueue(deployment, 'check-mailbox', at);
      }
    };
    startTicker('looking for due checks', 5_000, checks, log, signal);
    const bulk = async () => {
      for (const at of await takeDueBulk(deployment, new Date())) {
        await writeSlice({ database, enqueue, url: connecting.url }, at, new Date());
      }
    };
    startTicker('looking for bulk messages', 1_000, bulk, log, signal);
    const mailNotices = async () => {
      for (const at of await takeDueNotices(deployment, new Date())) {
        const mailing = track(mailNotice(connecting, at, new Date())).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...at }, 'sending a notice by mail failed');
        });
        if ((await mailing) === 'dropped')
          log.warn(at, 'no mailbox could send a notice by mail; it is dropped');
      }
    };
    startTicker('looking for notices to mail', 5_000, mailNotices, log, signal);
    if (notifications) hearOf(notifications);
    else await forgetWatches(deployment);
    const rescue = async () => {
      for (const at of await unfinishedDeliveries(deployment, new Date())) turns.ask(at);
    };
    startTicker('looking for unfinished deliveries', 2_000, rescue, log, signal);
    const release = async () => {
      for (const { instanceId, mailboxId } of await heldWithoutCause(deployment, new Date())) {
        await database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue));
      }
    };
    startTicker('looking for messages held without cause', 5_000, release, log, signal);
    const heal = async () => {
      for (const at of await takeDueProbes(deployment, new Date())) {
        track(probe({ database, gmail, enqueue }, at, signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...at }, 'trying a disconnected mailbox failed');
        });
      }
    };
    startTicker('trying disconnected mailboxes', 5_000, heal, log, signal);
    const readSendAs = async () => {
      for (const at of await takeDueSendAs(deployment, new Date())) {
        track(refreshSendAs({ database, gmail }, at, signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...at }, 'reading send-as addresses failed');
        });
      }
    };
    startTicker('looking for send-as addresses to read', 5_000, readSendAs, log, signal);
  }
  /** Listens for Google's notifications, and keeps the watches alive that cause them. */
  function hearOf({ channel, push }: { channel: Channel; push: PushTarget | null }): void {
    if (!connecting) return;
    const pubsub = openPubSub(connecting.google.addresses.pubsubRoot);
    track(runSubscriber({ deployment, database, enqueue, pubsub, log }, { channel, push }, signal)).catch(
      (error) => {
        if (!signal.aborted) log.error(error, 'listening for notifications ended');
      },
    );
    const renew = async () => {
      for (const at of await takeDueWatches(deployment, new Date())) {
        const needs = { database, gmail: connecting.gmail, topic: channel.topic };
        track(renewWatch(needs, at, new Date(), signal)).catch((error) => {
          if (!signal.aborted) log.error({ err: error, ...at }, 'renewing a watch failed');
        });
      }
    };
    startTicker('looking for watches to renew', 500, renew, log, signal);
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
