import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Database } from '../database/instance-transaction.ts';
import { eventLag } from '../metrics/metrics.ts';
import type { EventNotifier } from './event-notifier.ts';
import type { NumberedEvent } from './event-types.ts';
import { eventsAfter, lastEvent } from './read-events.ts';
import { createRecentEvents, type EncodedEvent, type RecentEvents } from './recent-events.ts';

const pageSize = 200;
/** How many streams are written to before other work has its turn: about 1 ms. */
const writtenAtOnce = 128;

/** A live stream, as its feed calls it. */
export type Follower = {
  /** New events were read, `pushed` bytes of them (possibly 0), and this follower has access still. */
  advance(pushed: number): void;
  /** It has no access any more, or the events could not be read. */
  end(): void;
};

/** The events of one instance for all live streams of this process. */
export type EventFeed = {
  readonly newest: number;
  after: RecentEvents['after'];
  /** Reads and checks access once more, together with others that ask meanwhile. */
  wake(): void;
  leave(): void;
};

export type EventFeeds<F extends Follower> = {
  /** Resolves once everything committed before the call is read, and access was checked. */
  join(instanceId: string, follower: F): Promise<EventFeed>;
};

type Parts<F extends Follower> = {
  database: Database;
  notifier: EventNotifier;
  encode(event: NumberedEvent): EncodedEvent;
  /** Those of the followers that may follow the instance still: one statement for all of them. */
  mayFollow(instanceId: string, followers: F[]): Promise<Set<F>>;
  onFailure(error: unknown): void;
};

/**
 * One reader of events an instance with live streams: with each notification it reads the new events once and checks
 * the access of all streams at once. What they cost the database does not depend on their number.
 */
export function openEventFeeds<F extends Follower>(parts: Parts<F>): EventFeeds<F> {
  const open = new Map<string, ReturnType<typeof openFeed<F>>>();
  return {
    async join(instanceId, follower) {
      const feed = open.get(instanceId) ?? openFeed(parts, instanceId, () => open.delete(instanceId));
      open.set(instanceId, feed);
      return feed.join(follower);
    },
  };
}

function openFeed<F extends Follower>(
  { database, notifier, encode, mayFollow, onFailure }: Parts<F>,
  instanceId: string,
  onClosed: () => void,
) {
  const followers = new Set<F>();
  const joining: Array<PromiseWithResolvers<void>> = [];
  let recent: RecentEvents | null = null;
  let wanted = false;
  let isRunning = false;

  const close = () => {
    unsubscribe();
    onClosed();
  };

  /** Reads what is new, page by page, and has it written to the streams. */
  const read = async (): Promise<void> => {
    const isFirst = recent === null;
    recent ??= createRecentEvents(Math.max(0, (await lastEvent(database, instanceId)) - pageSize));
    for (;;) {
      const events = await eventsAfter(database, instanceId, recent.newest, pageSize);
      // Checked after reading: nothing is sent that was committed after the session, the membership or the key ended.
      const checked = [...followers];
      const allowed = await mayFollow(instanceId, checked);
      // First of all: a stream that has just read the table goes on with what is pushed here, before it is called.
      for (const follower of checked) if (!allowed.has(follower) && followers.has(follower)) follower.end();
      const pushed = recent.push(events.map(encode));
      let advanced = 0;
      for (const follower of allowed) {
        if (advanced > 0 && advanced % writtenAtOnce === 0) await turnOfOthers();
        advanced += 1;
        if (followers.has(follower)) follower.advance(pushed);
      }
      if (!isFirst)
        for (const { at } of events) eventLag.observe(Math.max(0, Date.now() - at.getTime()) / 1_000);
      if (events.length < pageSize) return;
    }
  };

  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    while (wanted && followers.size > 0) {
      wanted = false;
      const answered = joining.splice(0);
      try {
        await read();
        for (const { resolve } of answered) resolve();
      } catch (error) {
        onFailure(error);
        for (const { reject } of [...answered, ...joining.splice(0)]) reject(error);
        for (const follower of followers) follower.end();
        followers.clear();
        close();
      }
    }
    isRunning = false;
  };
  const wake = () => {
    wanted = true;
    void run();
  };
  const unsubscribe = notifier.subscribe(instanceId, wake);

  return {
    async join(follower: F): Promise<EventFeed> {
      followers.add(follower);
      const read = Promise.withResolvers<void>();
      joining.push(read);
      wake();
      await read.promise;
      return {
        get newest() {
          return recent!.newest;
        },
        after: (seq, userId) => recent!.after(seq, userId),
        wake,
        leave() {
          if (followers.delete(follower) && followers.size === 0) close();
        },
      };
    },
  };
}
