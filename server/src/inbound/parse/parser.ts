import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { zstdCompress } from 'node:zlib';
import { inOwnMemory } from '../../own-memory.ts';
import { exceededLimits, openWorkerPool } from '../../worker-pool.ts';
import type { ParseResult } from './parse-message.ts';

/** Parses messages without blocking the event loop. */
export type Parser = {
  /** Never rejects because of what a message contains: one that cannot be parsed is `unreadable`. */
  parse(raw: Buffer): Promise<ParseResult>;
  close(): Promise<void>;
};

/**
 * Parses every message in a worker thread, however small: also a small one may be made to take long, and only a
 * thread can be ended. Real messages need a tenth of the deadline at most; one that exceeds it is kept raw.
 */
export function openParser({ deadlineMs = 20_000 } = {}): Parser {
  const pool = openWorkerPool<Uint8Array, ParseResult>({
    filename: new URL('./parse-message.ts', import.meta.url).href,
    name: 'parseAndCompress',
    deadlineMs,
    memoryMb: 512,
    // Starting a thread takes longer than reading a message; each takes 40 MB where no mail arrives.
    idleTimeoutMs: 10 * 60_000,
  });
  let closed = false;
  return {
    async parse(raw) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await pool.run(inOwnMemory(raw));
        } catch (error) {
          // The process is stopping: that makes no message unreadable.
          if (closed) throw error;
          if (attempt < 2 && !exceededLimits(error)) continue;
          const reason = `Reading it took too much: ${(error as Error).message}`;
          // Only its threads load what reads mail.
          const { unreadable } = await import('./parse-message.ts');
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
