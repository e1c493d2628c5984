import type { FastifyBaseLogger } from 'fastify';
import type { Config } from './config.ts';
import { bindToInstances } from './database/bind.ts';
import { type Connection, connect } from './database/connect.ts';
import { openLocks } from './database/locks.ts';
import { migrate } from './database/migrate.ts';
import { openEventBell } from './events/stream.ts';
import { createQuota } from './google/quota.ts';
import { createSealer } from './google/seal.ts';
import { buildApp } from './http/app.ts';
import { firstRunTokenOf } from './instances/first-run.ts';
import { makeDemo, makeFirstAdmin } from './instances/first-start.ts';
import { hasNoUsers } from './instances/instances.ts';
import { openSignIn } from './instances/sign-in.ts';
import { startWork } from './jobs/background-jobs.ts';
import type { ConnectingNeeds } from './mailboxes/connection-deps.ts';
import { openGmailAccess } from './mailboxes/gmail-access.ts';
import { openQueue } from './queue/queue.ts';
import { openRenderer } from './templates/renderer.ts';

export type House = {
  /** The address the HTTP door listens on; null in a process that only works. */
  address: string | null;
  /** Where the first admin is made; null where there is a user, or in a process that only works. */
  firstRunUrl: string | null;
  stop(): Promise<void>;
};

/**
 * Wires everything once, over one Postgres, in the roles the configuration names, and starts it.
 * What was opened is closed again in the reverse order, also when a later step fails.
 */
export async function openHouse(
  config: Config,
  connection: Connection,
  log: FastifyBaseLogger,
): Promise<House> {
  const closing: Array<() => Promise<unknown>> = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const web = config.role !== 'worker';
    const works = config.role !== 'web';
    const deployment = connect(connection);
    closing.push(() => deployment.pool.end());
    const { applied } = await migrate(deployment);
    if (applied.length > 0) log.info({ applied }, 'the database is up to date');
    const database = bindToInstances(deployment);
    const locks = openLocks(connection);
    closing.push(() => locks.close());
    const queue = await openQueue(deployment, {
      works,
      onError: (error) => log.error(error, 'the queue met an error'),
    });
    closing.push(() => queue.stop());
    const signIn = openSignIn(deployment, config);
    if (config.firstAdmin) await makeFirstAdmin(deployment, signIn, config.firstAdmin);
    if (config.demo) await makeDemo(deployment, signIn, config.dataDirectory);
    const connecting = openConnecting(config, { deployment, database, locks });
    if (works) {
      const working = await startWork(
        { deployment, database, queue, locks, connecting, notifications: config.notifications },
        log,
      );
      closing.push(working.stop);
    }
    if (!web) return { address: null, firstRunUrl: null, stop };
    const bell = openEventBell(connection);
    closing.push(() => bell.close());
    const renderer = openRenderer();
    closing.push(() => renderer.close());
    const { url, practice, notifications, trustedProxies } = config;
    const firstRunToken = firstRunTokenOf(config.secret);
    const kept = { deployment, database, signIn, queue, bell, renderer, connecting, works };
    const app = await buildApp({ ...kept, url, practice, notifications, trustedProxies, firstRunToken }, log);
    closing.push(() => app.close());
    const address = await app.listen({ host: config.host, port: config.port });
    const firstRunUrl = (await hasNoUsers(deployment)) ? `${url}/first-run/${firstRunToken}` : null;
    return { address, firstRunUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What connecting and everything else at Google needs; null where no Google client is configured. */
export function openConnecting(
  { google, secret, url, allowConsumerAccounts, gmailUnitsPerMinute }: Config,
  base: Pick<ConnectingNeeds, 'deployment' | 'database' | 'locks'>,
): ConnectingNeeds | null {
  if (!google) return null;
  const sealer = createSealer([secret]);
  const quota = createQuota({ unitsPerMinute: gmailUnitsPerMinute });
  const gmail = openGmailAccess({ ...base, google, sealer, quota });
  return { ...base, google, sealer, quota, gmail, url, allowConsumerAccounts };
}
