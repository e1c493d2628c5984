/**
 * An event as the streams of an instance send it. `size`: of `text`, in bytes. `only`: the one user who may see it;
 * null: every member.
 */
export type EncodedEvent = { seq: number; text: string; size: number; only: string | null };

/** Consecutive events for one write: `seq` is the last of them. `bytes` is empty if none is for the user. */
export type EventChunk = { seq: number; bytes: Buffer };

/** The newest events of an instance, numbered without gaps, and encoded once for all streams. */
export type RecentEvents = {
  /** The number of the newest event. */
  readonly newest: number;
  /** Appends events that follow `newest`; returns how many bytes they are. */
  push(events: EncodedEvent[]): number;
  /** What follows number `seq`; null if nothing does, `behind` if some of it is no longer kept. */
  after(seq: number, userId: string): EventChunk | 'behind' | null;
};

type Bounds = { maxEvents: number; maxBytes: number; chunkBytes: number };
const defaultBounds: Bounds = { maxEvents: 500, maxBytes: 1024 * 1024, chunkBytes: 64 * 1024 };

/** The first of consecutive events: as many as a client that stops reading may make the process hold, and at least one. */
export function firstChunk(events: EncodedEvent[], userId: string): EventChunk {
  return toChunk(takeFrom(events, 0, defaultBounds.chunkBytes), userId);
}

function takeFrom(events: EncodedEvent[], first: number, chunkBytes: number): EncodedEvent[] {
  let end = first;
  let size = 0;
  while (end < events.length && (end === first || size + events[end]!.size <= chunkBytes)) {
    size += events[end]!.size;
    end += 1;
  }
  return events.slice(first, end);
}

function toChunk(events: EncodedEvent[], userId: string | null): EventChunk {
  const shown = events.filter(({ only }) => only === null || only === userId);
  return { seq: events.at(-1)!.seq, bytes: Buffer.from(shown.map(({ text }) => text).join('')) };
}

/** Begins after event `newest`. The oldest are forgotten above `maxEvents` or `maxBytes`. */
export function createRecentEvents(
  newest: number,
  { maxEvents, maxBytes, chunkBytes }: Bounds = defaultBounds,
): RecentEvents {
  const kept: EncodedEvent[] = [];
  let bytes = 0;
  // Most streams are at the same place and get the same chunk, except the users for whom one of its events is alone.
  const cut = new Map<number, { events: EncodedEvent[]; users: Set<string | null>; shared: EventChunk }>();
  const cutAt = (first: number) => {
    const events = takeFrom(kept, first, chunkBytes);
    return { events, users: new Set(events.map(({ only }) => only)), shared: toChunk(events, null) };
  };

  return {
    get newest() {
      return newest;
    },
    push(events) {
      let pushed = 0;
      for (const event of events) {
        // Only where rows are missing: what streams need from before is then asked of the database.
        if (event.seq !== newest + 1) {
          kept.length = 0;
          bytes = 0;
        }
        kept.push(event);
        bytes += event.size;
        pushed += event.size;
        newest = event.seq;
      }
      let forgotten = 0;
      while (kept.length - forgotten > maxEvents || bytes > maxBytes) {
        bytes -= kept[forgotten]!.size;
        forgotten += 1;
      }
      kept.splice(0, forgotten);
      cut.clear();
      return pushed;
    },
    after(seq, userId) {
      if (seq >= newest) return null;
      const first = seq - (newest - kept.length);
      if (first < 0) return 'behind';
      const part = cut.get(seq) ?? cutAt(first);
      cut.set(seq, part);
      return part.users.has(userId) ? toChunk(part.events, userId) : part.shared;
    },
  };
}
