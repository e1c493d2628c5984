import type { ServerResponse } from 'node:http';
import type { EventFeed, Follower } from '../events/event-feed.ts';
import type { NumberedEvent } from '../events/event-types.ts';
import type { EncodedEvent, EventChunk } from '../events/recent-events.ts';

/** A page further behind reloads all its data instead. */
const maxReplay = 1_000;

/** One live stream: server-sent events (WHATWG HTML §9.2) that follow the feed of an instance. */
export type LiveStream = Follower & {
  /** Begins the body; what follows event `position` is sent (null: what follows the newest). */
  start(feed: EventFeed, position: number | null): void;
  keepAlive(): void;
};

type Parts = {
  out: ServerResponse;
  userId: string;
  /** How much may wait for a client that does not read it (bytes). */
  backlog: number;
  /** Events after `seq` from the table, of which the feed keeps only the newest; null without access. */
  readTable(seq: number): Promise<EventChunk | null>;
  onFailure(error: unknown): void;
};

/** Events that concern one user are sent to their streams only. */
export function encodeEvent({ seq, type, data }: NumberedEvent): EncodedEvent {
  const isOwn = type === 'notification.changed' || (type === 'draft.changed' && !data.conversationId);
  const text = `id: ${seq}\n${encode('message', { seq, type, ...data })}`;
  return { seq, text, size: Buffer.byteLength(text), only: isOwn ? data.userId : null };
}

const encode = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * The stream knows the number of the last event it sent, and goes on from there: through the feed, or through the
 * table where it is further behind than that. So no event is missed between replay and live. While the client does
 * not read what was sent, nothing more is written.
 */
export function openLiveStream({ out, userId, backlog, readTable, onFailure }: Parts): LiveStream {
  let feed: EventFeed | null = null;
  let position = 0;
  let isPaused = false;
  let isReading = false;
  let waiting = 0;
  let hasEnded = false;

  const isOpen = () => !hasEnded && !out.writableEnded && !out.destroyed;
  const write = (text: string | Buffer) => {
    if (!isOpen() || out.write(text) || isPaused) return;
    isPaused = true;
    waiting = 0;
    out.once('drain', () => {
      isPaused = false;
      feed?.wake(); // and not at once: access is checked before anything is sent
    });
  };
  const send = ({ seq, bytes }: EventChunk) => {
    position = seq;
    if (bytes.length > 0) write(bytes);
  };
  const reset = (newest: number) => {
    position = newest;
    write(`id: ${newest}\n${encode('reset', { seq: newest })}`);
  };
  const end = () => {
    hasEnded = true;
    if (feed) out.end();
  };

  const sendFromTable = async (of: EventFeed) => {
    isReading = true;
    try {
      const events = await readTable(position);
      if (!events) return end();
      if (events.seq === position) reset(of.newest);
      else send(events);
    } catch (error) {
      // The page reconnects with the number of its last event.
      onFailure(error);
      end();
    } finally {
      isReading = false;
    }
    sendNew();
  };
  const sendNew = () => {
    while (feed && isOpen() && !isPaused && !isReading) {
      const next = feed.after(position, userId);
      if (next === null) return;
      if (next === 'behind') void sendFromTable(feed);
      else send(next);
    }
  };

  return {
    end,
    start(joined, resumeAfter) {
      feed = joined;
      const { newest } = feed;
      position = resumeAfter ?? newest;
      if (!hasEnded) {
        write(encode('hello', { seq: newest }));
        if (position > newest || newest - position > maxReplay) reset(newest);
        sendNew();
      } else out.end(encode('hello', { seq: newest }));
    },
    advance(pushed) {
      if (isPaused) waiting += pushed;
      // What the client misses is replayed when it returns.
      if (waiting > backlog && isPaused) out.destroy();
      else sendNew();
    },
    keepAlive() {
      if (!isPaused) write(': still here\n\n');
    },
  };
}
