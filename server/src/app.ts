import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { watchPause } from './backup/pause.ts';
import { commandLine } from './command-line.ts';
import type { Config } from './config.ts';
import { openAttachedMessageReader } from './conversations/attached-message.ts';
import { type Connection, connect, timeoutsOfRequests } from './database/connect.ts';
import { cutSilentConnections } from './database/cut-silent-connections.ts';
import { startHeartbeat } from './database/heartbeat.ts';
import { bindToInstances } from './database/instance-transaction.ts';
import { migrate } from './database/migrate.ts';
import { findAddresses } from './database/pooler.ts';
import { openLocks } from './database/session-locks.ts';
import { createEventNotifier } from './events/event-notifier.ts';
import { createSealer } from './google/seal.ts';
import { limitsFor } from './http/request-limits.ts';
import { createServer } from './http/server.ts';
import { openProvider } from './identities/provider.ts';
import { createDemo, createFirstAdmin, refuseDemoAmongOthers } from './instances/bootstrap.ts';
import { bootstrapTokenFor } from './instances/bootstrap-link.ts';
import { isWithoutUsers } from './instances/instances.ts';
import { openSignIn } from './instances/sign-in.ts';
import { startBackgroundJobs } from './jobs/background-jobs.ts';
import { type MailboxChange, mailboxChanges } from './mailboxes/announce-change.ts';
import { type ConnectionDeps, createConnectionDeps } from './mailboxes/connection-deps.ts';
import { resealAll } from './mailboxes/reseal.ts';
import { measurePool } from './metrics/measure-pool.ts';
import { queueErrors } from './metrics/metrics.ts';
import { networkAccess, publicInternet } from './network/network-access.ts';
import { countWithoutSecret, startProcessReports } from './operations/process-reports.ts';
import { createProcessState, type ProcessState } from './operations/process-state.ts';
import { sendsHere } from './outbound/send/send-here.ts';
import { openQueue } from './queue/queue.ts';
import { openFileStores } from './stores/file-stores.ts';
import { openRenderer } from './templates/renderer.ts';

export type App = {
  /** The address the HTTP door listens on; null in a process that only works. */
  address: string | null;
  /** Where the first admin is made; null where there is a user, or in a process that only works. */
  bootstrapUrl: string | null;
  /** `drain`: first as many requests are taken as come within the time configured, while `/readyz` is 503. */
  stop(options?: { drain: boolean }): Promise<void>;
};

/** In the log of a restored copy. */
const pausedLine = `Paused: this is a copy restored from a backup. Once the original is off, type: ${commandLine('resume')}`;

/**
 * Wires everything once, over one Postgres, in the roles the configuration names, and starts it.
 * What was opened is closed again in the reverse order, also when a later step fails.
 */
export async function createApp(
  config: Config,
  connection: Connection,
  log: FastifyBaseLogger,
  processState: ProcessState = createProcessState(),
): Promise<App> {
  const cleanups: Array<() => Promise<unknown>> = [];
  const stop = async ({ drain } = { drain: false }) => {
    processState.stopping();
    if (drain && config.role !== 'worker') await sleep(config.drainMs);
    for (const close of cleanups.splice(0).reverse()) await close();
  };
  try {
    cleanups.push(logMailboxChanges(log));
    const runsWeb = config.role !== 'worker';
    const runsWorker = config.role !== 'web';
    const { pooled, direct } = await findAddresses(connection, config.databaseDirectUrl);
    if (pooled.pooler) log.info(pooled.pooler, 'the database is reached through a pooler');
    const applied = await migrateDirectly(direct);
    const deployment = connect(pooled);
    cleanups.push(() => deployment.pool.end());
    cleanups.push(() => processState.close());
    cleanups.push(measurePool('background', deployment.pool));
    if (applied.length > 0) log.info({ applied }, 'the database is up to date');
    const files = openFileStores(config.files, config.dataDirectory);
    const database = bindToInstances(deployment, files);
    const pause = await watchPause(deployment);
    cleanups.push(async () => pause.close());
    if (pause.isPaused()) log.warn(pausedLine);
    const locks = openLocks(direct);
    cleanups.push(() => locks.close());
    const heartbeat = startHeartbeat(pooled);
    cleanups.push(() => heartbeat.close());
    cutSilentConnections(heartbeat, deployment, locks);
    const queue = await openQueue(deployment, {
      isWorker: runsWorker,
      locks,
      onError: (error) => {
        queueErrors.inc();
        log.error(error, 'the queue met an error');
      },
    });
    cleanups.push(() => queue.stop());
    // Background jobs may use every connection of their pool for long; requests have their own.
    const forRequests = connect(pooled, { timeouts: timeoutsOfRequests });
    cleanups.push(() => forRequests.pool.end());
    cleanups.push(measurePool('requests', forRequests.pool));
    const requestHandles = { deployment: forRequests, database: bindToInstances(forRequests, files) };
    await resealAtStart(deployment, config, log);
    const signIn = openSignIn(forRequests, config, log);
    if (config.demo) await refuseDemoAmongOthers(deployment, config.dataDirectory);
    if (config.firstAdmin) await createFirstAdmin(deployment, signIn, config.firstAdmin);
    if (config.demo) await createDemo(deployment, signIn, config.dataDirectory);
    const sealer = createSealer(config.secrets);
    const connecting = createConnectionDeps(config, { deployment, database, locks, sealer });
    const webhookNetwork = networkAccess({ ports: null, inside: config.webhookNetworks });
    let { enqueue } = queue;
    if (runsWorker) {
      const worker = await startBackgroundJobs(
        {
          ...{ deployment, database, queue, locks, sealer, webhookNetwork, connecting, pause },
          notifications: config.notifications,
          push: { sealer, contact: pushContact(config.url), network: publicInternet },
        },
        log,
      );
      cleanups.push(worker.stop);
      enqueue = sendsHere(queue.enqueue, worker.send);
    }
    const started = () => {
      processState.started(deployment, log);
      cleanups.push(startProcessReports(forRequests, config).close);
    };
    if (!runsWeb) {
      started();
      return { address: null, bootstrapUrl: null, stop };
    }
    const eventNotifier = createEventNotifier(locks);
    cleanups.push(async () => eventNotifier.close());
    const renderer = openRenderer();
    cleanups.push(() => renderer.close());
    const attachedMessages = openAttachedMessageReader();
    cleanups.push(() => attachedMessages.close());
    const { url, simulator, notifications, eventStreamKey, operatorContact } = config;
    const { trustedProxies, trustTraceparent } = config;
    const bounds = { requestsPerMinute: limitsFor(config.requestsPerMinute) };
    const bootstrapToken = bootstrapTokenFor(config.secrets[0]);
    const services = {
      ...requestHandles,
      providers: config.signInProviders.map((provider) => openProvider(provider, url)),
      heartbeat,
      pause,
      signIn,
      sealer,
      queue: { ...queue, enqueue },
      eventNotifier,
      renderer,
      attachedMessages,
      connecting: connecting && { ...connecting, ...requestHandles },
      runsWorker,
      processState,
      metricsToken: config.metricsToken,
    };
    const app = await createServer(
      {
        ...services,
        ...{ url, simulator, notifications, eventStreamKey, operatorContact },
        ...{ trustedProxies, trustTraceparent, bootstrapToken, bounds },
      },
      log,
    );
    cleanups.push(() => app.close());
    started();
    const address = await app.listen({ host: config.host, port: config.port });
    const bootstrapUrl = (await isWithoutUsers(deployment)) ? `${url}/bootstrap/${bootstrapToken}` : null;
    return { address, bootstrapUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function migrateDirectly(direct: Connection): Promise<string[]> {
  const deployment = connect(direct, { max: 2 });
  try {
    return (await migrate(deployment)).applied;
  } finally {
    await deployment.pool.end();
  }
}

/** Whom push services may write to. They refuse http: addresses, which only a machine's own browser opens. */
function pushContact(url: string): string {
  return url.startsWith('https:') ? url : 'mailto:postroom@example.com';
}

function logMailboxChanges(log: FastifyBaseLogger): () => Promise<void> {
  const onChange = (message: unknown) => {
    const { change, ...ids } = message as MailboxChange;
    log.info(ids, `a mailbox was ${change}`);
  };
  mailboxChanges.subscribe(onChange);
  return async () => {
    mailboxChanges.unsubscribe(onChange);
  };
}

/** Nothing stays sealed with a former secret, so that it can be removed after a start. */
async function resealAtStart(
  deployment: ConnectionDeps['deployment'],
  { secrets }: Config,
  log: FastifyBaseLogger,
): Promise<void> {
  // What a process that still runs with the former secret cannot open, it takes for lost.
  const dry = (await countWithoutSecret(deployment, secrets[0])) > 0;
  const { resealed, unreadable } = await resealAll(deployment, secrets, { dry });
  if (resealed > 0) {
    const outcome = dry
      ? 'sealed values wait for the start of every process with the current secret; the last one seals them again'
      : 'sealed values were sealed again with the current secret';
    log.warn({ resealed }, outcome);
  }
  if (Object.keys(unreadable).length > 0) {
    log.error(
      { unreadable },
      'no known secret opens some sealed values: add the former one to POSTROOM_SECRET_PREVIOUS',
    );
  }
}
