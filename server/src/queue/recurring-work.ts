import { inTrace, ofInstance } from '../tracing/tracing.ts';

/** Work that a process does again and again; each folder lists its own, jobs/supervisor.ts runs all. */
export type RecurringWork<Item = unknown> = {
  /** Appears in the log. */
  name: string;
  /** Milliseconds from one `take` to the next; more while all `maxInFlight` are running. */
  everyMs: number;
  /** How many items are worked on at once in this process. */
  maxInFlight: number;
  /**
   * Takes at most `room` due items. They are plain references, compared by their JSON. An item that is
   * still running, or failed a moment ago, is not run: `take` must offer it again later.
   */
  take(room: number): Promise<Item[]>;
  /** What was taken is not run: it is still running, or failed a moment ago. */
  release?(item: Item): void;
  /** Calls `wake` when something is due at once. */
  onDue?(wake: () => void): void;
  /** Works on one item until it is done, or soon after the signal aborts. */
  run(item: Item, signal: AbortSignal): Promise<void>;
};

/** Work on items, each in its own time and trace: a slow one delays no other while there is room. */
export function recurringItems<Item>(work: RecurringWork<Item>): RecurringWork {
  return {
    ...work,
    run(item: Item, signal) {
      const { instanceId } = (item ?? {}) as { instanceId?: string };
      return inTrace({ name: work.name, attributes: ofInstance(instanceId) }, () => work.run(item, signal));
    },
  };
}

/** Work of one piece: it runs again `everyMs` after it ended. */
export function recurringTask({
  name,
  everyMs,
  run,
}: {
  name: string;
  everyMs: number;
  run: (signal: AbortSignal) => Promise<void>;
}): RecurringWork {
  return { name, everyMs, maxInFlight: 1, take: async () => [name], run: (_, signal) => run(signal) };
}
