import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../backoff.ts';
import { databaseFailure, describeDatabaseFailure } from '../database/failure.ts';
import { loopFailing, loopFailures, loopLastTurn, loopRunning } from '../metrics/metrics.ts';
import type { RecurringWork } from '../queue/recurring-work.ts';

type Log = { error(details: object, message: string): void };

/** Milliseconds to wait after a failure. Our own tables are seldom away for long, so it is 15 s at most. */
const defaultRetryDelay = (previousFailures: number) => Math.min(backoff(previousFailures), 15_000);
/** An item that has not failed again for this long counts as one that never failed. */
const forgetFailuresMs = 10 * 60_000;

/**
 * Runs recurring work until the signal aborts; resolves when all that was running has ended. Whatever a
 * row throws is logged and the row goes on, after a delay that grows with each failure in a row; it never
 * stops other rows. Never rejects.
 */
export async function superviseWork(
  rows: RecurringWork[],
  options: { log: Log; signal: AbortSignal; retryDelay?: (previousFailures: number) => number },
): Promise<void> {
  await Promise.all(rows.map((row) => superviseRow(row, { retryDelay: defaultRetryDelay, ...options })));
}

/** The line of the log; a failure of the database is named. */
export function retried(name: string, error: unknown): string {
  const failure = databaseFailure(error);
  return `${name}: failed, will be retried${failure ? `. ${describeDatabaseFailure[failure]}` : ''}`;
}

async function superviseRow(
  row: RecurringWork,
  { log, signal, retryDelay }: { log: Log; signal: AbortSignal; retryDelay: (failures: number) => number },
): Promise<void> {
  const loop = { loop: row.name };
  loopFailing.set(loop, 0);
  loopFailures.inc(loop, 0);
  const running = new Map<string, Promise<void>>();
  const failedItems = new Map<string, { failures: number; retryAt: number }>();

  async function runItem(item: unknown, key: string): Promise<void> {
    try {
      await row.run(item, signal);
      failedItems.delete(key);
      if (failedItems.size === 0) loopFailing.set(loop, 0);
    } catch (error) {
      loopFailures.inc(loop);
      loopFailing.inc(loop);
      const failures = failedItems.get(key)?.failures ?? 0;
      failedItems.set(key, { failures: failures + 1, retryAt: performance.now() + retryDelay(failures) });
      if (!signal.aborted) log.error({ err: error, item }, retried(row.name, error));
    }
  }

  function start(item: unknown): void {
    const key = JSON.stringify(item);
    if (running.has(key) || (failedItems.get(key)?.retryAt ?? 0) > performance.now()) {
      row.release?.(item);
      return;
    }
    running.set(
      key,
      runItem(item, key).then(() => {
        running.delete(key);
        loopRunning.set(loop, running.size);
      }),
    );
    loopRunning.set(loop, running.size);
  }

  /** While several long items run, the loop is alive; one that runs alone may hang. */
  async function untilOneEnds(): Promise<void> {
    const alive = () => loopLastTurn.set(loop, Date.now() / 1_000);
    const timer = row.maxInFlight > 1 ? setInterval(alive, 30_000).unref() : undefined;
    await Promise.race(running.values());
    clearInterval(timer);
  }

  let takeFailures = 0;
  let endSleep = () => {};
  let isDue = false;
  row.onDue?.(() => {
    isDue = true;
    if (takeFailures === 0) endSleep();
  });
  signal.addEventListener('abort', () => endSleep(), { once: true });
  while (!signal.aborted) {
    let delay = row.everyMs;
    isDue = false;
    try {
      // What was taken is started even if the signal aborts meanwhile: it may be taken only once.
      for (const item of await row.take(row.maxInFlight - running.size)) start(item);
      if (takeFailures > 0) loopFailing.set(loop, failedItems.size);
      takeFailures = 0;
      loopLastTurn.set(loop, Date.now() / 1_000);
    } catch (error) {
      loopFailures.inc(loop);
      loopFailing.inc(loop);
      if (takeFailures === 0 && !signal.aborted) log.error(error as Error, retried(row.name, error));
      delay = Math.max(delay, retryDelay(takeFailures));
      takeFailures += 1;
    }
    for (const [key, { retryAt }] of failedItems) {
      if (retryAt < performance.now() - forgetFailuresMs) failedItems.delete(key);
    }
    if (running.size >= row.maxInFlight) await untilOneEnds();
    if (signal.aborted || (isDue && takeFailures === 0)) continue;
    const sleeping = new AbortController();
    endSleep = () => sleeping.abort();
    await sleep(delay, undefined, { signal: sleeping.signal }).catch(() => {});
  }
  await Promise.all(running.values());
}
