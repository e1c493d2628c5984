import type { FastifyBaseLogger } from 'fastify';

/**
 * Does something again and again, `everyMs` after the last time ended, until the signal aborts.
 * A failure is logged once until it passes, and does not end it.
 */
export function startTicker(
  name: string,
  everyMs: number,
  tick: () => Promise<void>,
  log: FastifyBaseLogger,
  signal: AbortSignal,
): void {
  let failing = false;
  const run = async () => {
    if (signal.aborted) return;
    try {
      await tick();
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted) log.error(error, `${name} failed; it is tried again`);
      failing = true;
    }
    if (!signal.aborted) setTimeout(run, everyMs);
  };
  void run();
}
