import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { zstdCompress } from 'node:zlib';
import { exceededLimits, openWorkerPool } from '../worker-pool.ts';
import { type ParseResult, parseAndCompress, unreadable } from './parse-message.ts';

/** Parses messages without blocking the event loop for long. */
export type Parser = {
  /** Never rejects because of what a message contains: one that cannot be parsed is `unreadable`. */
  parse(raw: Buffer): Promise<ParseResult>;
  close(): Promise<void>;
};

/** A smaller message is parsed in less time than it takes to transfer it to a thread. */
const inlineBelowBytes = 64 * 1024;

/** Small messages are parsed in place, large ones in worker threads. */
export function openParser(): Parser {
  const pool = openWorkerPool<Uint8Array, ParseResult>({
    filename: new URL('./parse-message.ts', import.meta.url).href,
    name: parseAndCompress.name,
    // Real messages need a tenth of it at most; one made to exhaust the parser is kept raw.
    deadlineMs: 20_000,
    memoryMb: 512,
    idleTimeoutMs: 30_000,
  });
  let closed = false;
  return {
    async parse(raw) {
      if (raw.length < inlineBelowBytes) return parseAndCompress(raw);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await pool.run(raw);
        } catch (error) {
          // The process is stopping: that makes no message unreadable.
          if (closed) throw error;
          if (attempt < 2 && !exceededLimits(error)) continue;
          const reason = `Reading it took too much: ${(error as Error).message}`;
          return { parsed: unreadable(reason), zstd: await promisify(zstdCompress)(raw), threadId };
        }
      }
    },
    close() {
      closed = true;
      return pool.close();
    },
  };
}
