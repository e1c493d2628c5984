import { type DestinationStream, type Logger, pino } from 'pino';
import { type DatabaseFailure, databaseFailure, describeDatabaseFailure } from './database/failure.ts';

/** While every loop and request fails for one of these, that is logged so often at most (ms). */
const intervalMs = 30_000;
const failuresOfAll: Array<DatabaseFailure | null> = ['away', 'disk-full'];

/**
 * The log of a process: one JSON object a line, each with the process id. Every loop and request fails while Postgres
 * is away or its disk is full: one line of them in 30 s is written, with the number left out since the last.
 * `destination`: standard output unless given.
 */
export function createLog(
  level: string,
  {
    destination,
    now = () => performance.now(),
  }: { destination?: DestinationStream; now?: () => number } = {},
): Logger {
  const states = new Map(failuresOfAll.map((failure) => [failure, { loggedAt: -intervalMs, leftOut: 0 }]));
  return pino(
    {
      level,
      base: { pid: process.pid },
      hooks: {
        logMethod(inputs, method) {
          const failure = databaseFailure(errorIn(inputs[0]));
          const state = states.get(failure);
          if (!failure || !state) return method.apply(this, inputs);
          if (now() - state.loggedAt < intervalMs) {
            state.leftOut += 1;
            return;
          }
          state.loggedAt = now();
          const message = (inputs as unknown[]).find((input) => typeof input === 'string');
          method.call(
            this,
            {
              database: describeDatabaseFailure[failure],
              error: errorIn(inputs[0])?.message,
              leftOut: state.leftOut,
            },
            String(message ?? describeDatabaseFailure[failure]),
          );
          state.leftOut = 0;
        },
      },
    },
    ...(destination ? [destination] : []),
  );
}

function errorIn(first: unknown): Error | undefined {
  if (first instanceof Error) return first;
  const { err } = (first ?? {}) as { err?: unknown };
  return err instanceof Error ? err : undefined;
}
