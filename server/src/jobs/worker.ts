import type { FastifyBaseLogger } from 'fastify';
import type { Queue } from '../queue/queue.ts';
import type { TaskName, Tasks } from '../queue/tasks.ts';

/** What does each task: a name and its handler, nothing else. */
export type Handlers = { [Name in TaskName]: (data: Tasks[Name], signal: AbortSignal) => Promise<void> };

/** How many of each a process does at once. */
const concurrency: Partial<Record<TaskName, number>> = { sync: 8 };
/** How many of these are fetched together: what they wake up has turns of its own (outbound/turns.ts). */
const batchSizes: Partial<Record<TaskName, number>> = { send: 20 };

/** Takes jobs from the queue until it is stopped. A handler that throws has its job tried again. */
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
        // With 1, pg-boss drains a backlog one job a poll; see ARCHITECTURE.md.
        batchSize: batchSizes[name] ?? 2,
        burstWhenBatchFull: true,
        localConcurrency: concurrency[name] ?? 1,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 2,
        perJobResults: true,
      },
      async (jobs) =>
        Promise.all(
          jobs.map(async ({ id, data }) => {
            try {
              await handle(data, signal);
              return { id, status: 'completed' as const };
            } catch (error) {
              if (!signal.aborted)
                log.error({ err: error, task: name, data }, 'a job failed and is tried again');
              return { id, status: 'failed' as const, output: { message: (error as Error).message } };
            }
          }),
        ),
    );
  }
}
