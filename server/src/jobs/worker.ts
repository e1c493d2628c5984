import type { FastifyBaseLogger } from 'fastify';
import type { Queue } from '../queue/queue.ts';
import type { TaskName, Tasks } from '../queue/tasks.ts';
import { inTrace, ofInstance } from '../tracing/tracing.ts';
import { retried } from './supervisor.ts';

/** The handler of each task. */
export type Handlers = { [Name in TaskName]: (data: Tasks[Name], signal: AbortSignal) => Promise<void> };

/** How many jobs are fetched together; what `send` wakes up is scheduled by outbound/send/send-scheduler.ts. */
const batchSizes: Partial<Record<TaskName, number>> = { send: 20 };

/** Nobody waits for these: NOTIFY announces them, and one that it did not announce may wait. */
const unhurried = new Set<TaskName>(['sweep-connections', 'sweep-blobs', 'sweep-instances']);

/** Works on jobs of the queue until it is stopped. A job whose handler throws is retried. */
export async function startWorker(
  queue: Queue,
  handlers: Handlers,
  log: FastifyBaseLogger,
  signal: AbortSignal,
): Promise<void> {
  for (const name of Object.keys(handlers) as TaskName[]) {
    const handle = handlers[name] as (data: unknown, signal: AbortSignal) => Promise<void>;
    await queue.boss.work(
      name,
      {
        // With 1, pg-boss takes one job a poll from a backlog.
        batchSize: batchSizes[name] ?? 2,
        burstWhenBatchFull: true,
        localConcurrency: 1,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: unhurried.has(name) ? 30 : 2,
        perJobResults: true,
      },
      async (jobs) =>
        Promise.all(
          jobs.map(async ({ id, data }) => {
            try {
              await inTrace({ name: `job ${name}`, attributes: ofInstance(instanceOf(data)) }, () =>
                handle(data, signal),
              );
              return { id, status: 'completed' as const };
            } catch (error) {
              if (!signal.aborted) log.error({ err: error, task: name, data }, retried('a job', error));
              return { id, status: 'failed' as const, output: { message: (error as Error).message } };
            }
          }),
        ),
    );
  }
}

const instanceOf = (data: unknown) => (data as { instanceId?: string } | null)?.instanceId;
