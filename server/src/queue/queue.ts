import { CompiledQuery } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { nameStatement } from '../database/prepared-statements.ts';
import type { Locks } from '../database/session-locks.ts';
import { queues, type TaskName, type Tasks } from './tasks.ts';

/** A transaction, or a deployment where there is none. */
type Enqueuing = Pick<InstanceTransaction, 'sql'> &
  Partial<Pick<InstanceTransaction, 'withCommit' | 'afterCommit'>>;

export type Queue = {
  /** Enqueues a job in the caller's transaction, with its commit: both are committed, or neither. */
  enqueue<N extends TaskName>(
    tx: Enqueuing,
    name: N,
    data: Tasks[N],
    /** `lowPriority`: after all other waiting jobs of the queue. `onceIn`: not twice within so many seconds. */
    options?: { startAfter?: Date; lowPriority?: boolean; onceIn?: number },
  ): Promise<void>;
  boss: PgBoss;
  stop(): Promise<void>;
};

/**
 * Starts pg-boss on the deployment's Postgres, creates the queues and grants the app's role to enqueue. It listens on
 * the direct connection of `locks`; without them on one of its own.
 */
export async function openQueue(
  deployment: Deployment,
  options: { onError: (error: Error) => void; isWorker: boolean; locks?: Pick<Locks, 'listen'> },
): Promise<Queue> {
  const boss = new PgBoss({
    ...(deployment.connection as { host?: string }),
    application_name: 'postroom queue',
    max: 6,
    useListenNotify: options.isWorker,
    supervise: options.isWorker,
    schedule: false,
    // A job whose process was killed runs again after its heartbeat is missed, at the next of these checks.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    // Its loops wait for an answer no longer than this, if the network drops it.
    ...({ query_timeout: 30_000, keepAlive: true } as object),
  });
  // It reports the failures of its workers as plain objects.
  boss.on('error', (error) =>
    options.onError(error instanceof Error ? error : Object.assign(new Error(), error)),
  );
  if (options.locks) listenOn(options.locks, boss);
  await boss.start();
  for (const [name, { policy }] of Object.entries(queues)) {
    await boss.createQueue(name, {
      policy,
      notify: true,
      heartbeatSeconds: 10,
      retryLimit: 1_000,
      retryBackoff: true,
      retryDelayMax: 60,
      deleteAfterSeconds: 3_600,
    });
  }
  await grantEnqueue(deployment);
  return {
    boss,
    async enqueue(tx, name, data, { startAfter, lowPriority, onceIn } = {}) {
      const { key } = queues[name];
      await boss.send(name, data, {
        db: { executeSql: (text, values = []) => executeIn(tx, text, values) },
        singletonKey: key(data as never),
        ...(startAfter && { startAfter }),
        ...(lowPriority && { priority: -1 }),
        ...(onceIn && { singletonSeconds: onceIn }),
      });
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}

function listenOn(locks: Pick<Locks, 'listen'>, boss: PgBoss): void {
  boss.getDb().listen = async (channel, notified, connected) => {
    const stop = locks.listen(channel, { notified, connected });
    return { close: async () => stop() };
  };
}

/** Deletes all jobs of these instances, whatever their state. */
export async function deleteJobs({ pool }: Deployment, instanceIds: string[]): Promise<void> {
  if (instanceIds.length === 0) return;
  await pool.query(`delete from pgboss.job where data->>'instanceId' = any($1)`, [instanceIds]);
}

/** Under a lock, because Postgres fails when two processes grant the same at once. */
async function grantEnqueue(deployment: Deployment): Promise<void> {
  await deployment.pool.query(`
    select pg_advisory_xact_lock(hashtextextended('allow enqueueing', 0));
    grant usage on schema pgboss to postroom_app;
    grant select, insert, update on all tables in schema pgboss to postroom_app;
    grant execute on all functions in schema pgboss to postroom_app`);
}

async function executeIn({ sql: db, withCommit }: Enqueuing, text: string, values: unknown[]) {
  if (withCommit) {
    withCommit.push(() => ({ text: nameStatement(text), values }));
    return { rows: [] };
  }
  // pg-boss numbers its parameters itself ($1, $2 …); one raw piece of text keeps that.
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
  return { rows };
}
