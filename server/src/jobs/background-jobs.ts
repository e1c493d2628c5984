import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Pause } from '../backup/pause.ts';
import { overdueSnoozes, unsnoozeConversation } from '../conversations/change-conversation.ts';
import { retentionWork } from '../customers/recurring-work.ts';
import { analyzeGrownTables } from '../database/analyze-tables.ts';
import { fileWork } from '../files/recurring-work.ts';
import { type Channel, openPubSub, type PushTarget } from '../google/pubsub.ts';
import { openParser } from '../inbound/parse/parser.ts';
import { clearWatches } from '../inbound/pubsub/renew-watch.ts';
import { notificationWork, syncWork } from '../inbound/recurring-work.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { mailboxWork } from '../mailboxes/recurring-work.ts';
import type { NetworkAccess } from '../network/network-access.ts';
import type { PushDeps } from '../notifications/push-deliveries.ts';
import { notificationMailWork, pushWork } from '../notifications/recurring-work.ts';
import { outboundWork } from '../outbound/recurring-work.ts';
import type { SendRequest } from '../outbound/send/send-scheduler.ts';
import { createSentBeforeStart } from '../outbound/send/sent-before-start.ts';
import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringItems, recurringTask } from '../queue/recurring-work.ts';
import { searchWork } from '../search/rebuild-search.ts';
import { openRenderer } from '../templates/renderer.ts';
import { webhookWork } from '../webhooks/recurring-work.ts';
import { enqueueSweeps } from './enqueue-sweeps.ts';
import { createHandlers } from './handlers.ts';
import { superviseWork } from './supervisor.ts';
import { type Handlers, startWorker } from './worker.ts';

/** What background jobs need; the composition root (app.ts) creates it once. */
export type BackgroundJobsDeps = Pick<ConnectionDeps, 'deployment' | 'database' | 'locks' | 'sealer'> & {
  /** Where webhooks may be delivered. */
  webhookNetwork: NetworkAccess;
  /** null: no Google client is configured, so nothing is read or sent. */
  connecting: ConnectionDeps | null;
  /** null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  queue: Queue;
  /** While it lasts, nothing is done but what concerns this database alone. */
  pause: Pick<Pause, 'isPaused' | 'resumedAt'>;
  push: Pick<PushDeps, 'sealer' | 'contact' | 'network'>;
};

/** What was just written is sent before a process stops, within this time (ms): another one finds it seconds later. */
const finishSendingMs = 2_000;

/** Starts all that a process does without a request: jobs of the queue, and recurring work. */
export async function startBackgroundJobs(
  { connecting, notifications, queue, webhookNetwork, pause, push, ...base }: BackgroundJobsDeps,
  log: FastifyBaseLogger,
): Promise<{
  /** Sends a message as soon as there is room, as a job would. */
  send(message: SendRequest): void;
  stop(): Promise<void>;
}> {
  const { deployment, locks } = base;
  const { enqueue } = queue;
  const stopping = new AbortController();
  const { signal } = stopping;
  const parser = openParser();
  const renderer = openRenderer();
  const sentBeforeStart = createSentBeforeStart(base.database, await startTimes(deployment), pause);
  const { handlers, sendScheduler, handled } = createHandlers(
    { ...base, connecting, parser, renderer, sentBeforeStart, enqueue },
    log,
    signal,
  );
  const gated = unlessPaused(handlers, pause);
  await startWorker(queue, gated, log, signal);

  const localWork = [
    recurringTask({
      name: 'analyze grown tables',
      everyMs: 1_000,
      run: () => analyzeGrownTables(deployment.sql),
    }),
    ...searchWork(deployment),
    recurringTask({
      name: 'enqueue sweeps',
      everyMs: 20_000,
      run: () => enqueueSweeps({ deployment, enqueue }, new Date()),
    }),
  ];
  const rows: RecurringWork[] = [
    ...webhookWork({ ...base, network: webhookNetwork }),
    recurringItems({
      name: 'recover snoozed conversations',
      everyMs: 2_000,
      maxInFlight: 50,
      take: (room) => overdueSnoozes(deployment, new Date(), room),
      run: ({ instanceId, conversationId }) =>
        base.database.inInstance(instanceId, (tx) => unsnoozeConversation(tx, conversationId, new Date())),
    }),
    ...pushWork({ ...base, ...push }, log),
    retentionWork(base),
    ...fileWork(base, base.database.files),
  ];
  if (connecting) {
    const inboundDeps = { ...connecting, locks, parser, enqueue };
    rows.push(
      ...syncWork(inboundDeps),
      ...outboundWork({ ...connecting, enqueue, sendScheduler }),
      ...mailboxWork({ ...connecting, enqueue }),
      ...notificationMailWork(connecting, log),
    );
    if (notifications) {
      const pubsub = openPubSub(connecting.google.addresses.pubsubRoot);
      rows.push(...notificationWork({ ...inboundDeps, pubsub, log }, notifications));
    } else await clearWatches(deployment);
  }
  const work = [...localWork, ...rows.map((row) => notWhilePaused(row, pause))];
  const supervised = superviseWork(work, { log, signal });

  return {
    send: (message) => void gated.send(message, signal),
    async stop() {
      await Promise.race([sendScheduler.idle(), sleep(finishSendingMs, undefined, { ref: false })]);
      stopping.abort(new Error('Postroom is stopping'));
      await Promise.all([supervised, handled()]);
      await parser.close();
      await renderer.close();
    },
  };
}

/** Work that is not begun while the deployment is paused. */
export function notWhilePaused(row: RecurringWork, pause: Pick<Pause, 'isPaused'>): RecurringWork {
  return { ...row, take: async (room) => (pause.isPaused() ? [] : row.take(room)) };
}

/** A job is only a wake-up: what it was about is found by recurring work once the pause has ended. */
function unlessPaused(handlers: Handlers, pause: Pick<Pause, 'isPaused'>): Handlers {
  const gated = Object.entries(handlers).map(([name, handle]) => [
    name,
    async (data: never, signal: AbortSignal) => (pause.isPaused() ? undefined : handle(data, signal)),
  ]);
  return Object.fromEntries(gated) as Handlers;
}

/** When this process and Postgres started, by Postgres's clock. */
async function startTimes(deployment: ConnectionDeps['deployment']) {
  const { rows } = await deployment.pool.query<{ processStartedAt: Date; postgresStartedAt: Date }>(
    `select clock_timestamp() as "processStartedAt", pg_postmaster_start_time() as "postgresStartedAt"`,
  );
  return rows[0]!;
}
