import type { ServerResponse } from 'node:http';

/** The open live streams of one process. */
export type LiveStreams = {
  /** Registers a stream until it closes; returns false if the user has `max` already. */
  add(userId: string, out: ServerResponse): boolean;
  /** Whether all were ended, so that a new one must end at once. */
  readonly ended: boolean;
  endAll(): void;
};

/** At most `max` streams of each user: each event is written to every one. */
export function openLiveStreams(max: number): LiveStreams {
  const open = new Map<ServerResponse, string>();
  let ended = false;
  return {
    add(userId, out) {
      if ([...open.values()].filter((id) => id === userId).length >= max) return false;
      open.set(out, userId);
      out.once('close', () => open.delete(out));
      return true;
    },
    get ended() {
      return ended;
    },
    endAll() {
      ended = true;
      for (const out of open.keys()) if (out.headersSent) out.end();
    },
  };
}
