import { type DestinationStream, type Logger, pino } from 'pino';
import { databaseFailure, describeDatabaseFailure } from './database/failure.ts';

/** While Postgres is away, its failures are logged so often at most (ms). */
const awayIntervalMs = 30_000;

/**
 * The log of a process: one JSON object a line, each with the process id. Every loop and request fails while Postgres
 * is away: one line of them in 30 s is written, with the number left out since the last. `destination`: standard
 * output unless given.
 */
export function createLog(
  level: string,
  {
    destination,
    now = () => performance.now(),
  }: { destination?: DestinationStream; now?: () => number } = {},
): Logger {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return pino(
    {
      level,
      base: { pid: process.pid },
      hooks: {
        logMethod(inputs, method) {
          if (!isOfAwayDatabase(inputs[0])) return method.apply(this, inputs);
          if (now() - loggedAt < awayIntervalMs) {
            leftOut += 1;
            return;
          }
          loggedAt = now();
          const message = (inputs as unknown[]).find((input) => typeof input === 'string');
          method.call(
            this,
            {
              database: describeDatabaseFailure.away,
              error: errorIn(inputs[0])?.message,
              leftOut,
            },
            String(message ?? describeDatabaseFailure.away),
          );
          leftOut = 0;
        },
      },
    },
    ...(destination ? [destination] : []),
  );
}

function isOfAwayDatabase(first: unknown): boolean {
  return databaseFailure(errorIn(first)) === 'away';
}

function errorIn(first: unknown): Error | undefined {
  if (first instanceof Error) return first;
  const { err } = (first ?? {}) as { err?: unknown };
  return err instanceof Error ? err : undefined;
}
