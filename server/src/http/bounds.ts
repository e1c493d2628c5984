import { limitsFor, type RequestLimits } from './request-limits.ts';

/** What one client may ask of the HTTP server. Tests set smaller bounds. */
export type Bounds = {
  /** How long requests under way may still take once the server is asked to stop (ms). */
  stopMs: number;
  /** How long the header of a request may take to arrive (ms). */
  headersMs: number;
  /** How long a body may take (ms), and by how much each second's worth of bytes extends that time. */
  bodyMs: number;
  bodyBytesPerSecond: number;
  /** How long a connection may be silent in the middle of a request or of its response (ms). */
  silenceMs: number;
  requestsPerMinute: RequestLimits;
  liveStreamsPerUser: number;
  /** How much of a live stream may wait for a client that does not read it (bytes). */
  liveStreamBacklog: number;
  /** How many uploads may arrive at once, each of up to 25 MB, in temporary files. */
  uploadsUnderWay: number;
  uploadsUnderWayPerUser: number;
  /** How many bytes of uploads are in memory at once, on their way into the database. */
  storedAtOnce: number;
  /** How many remote images a user may have fetched for previews within ten minutes. */
  previewImagesPerUser: number;
};

export const defaultBounds: Bounds = {
  // Docker ends a container after 10 s, and Postgres stops after the requests.
  stopMs: 7_000,
  headersMs: 15_000,
  // As in Apache's mod_reqtimeout: slow lines get more time, but a client that sends a byte a second does not.
  bodyMs: 20_000,
  bodyBytesPerSecond: 16 * 1024,
  silenceMs: 120_000,
  requestsPerMinute: limitsFor(600),
  // The tabs of a browser share one stream (web/src/api/live-events.ts) if it has Web Locks.
  liveStreamsPerUser: 20,
  liveStreamBacklog: 1024 * 1024,
  uploadsUnderWay: 100,
  uploadsUnderWayPerUser: 30,
  storedAtOnce: 25 * 1024 * 1024,
  // A preview is rendered again after each pause in typing; the browser keeps the pictures that were found.
  previewImagesPerUser: 1_000,
};
