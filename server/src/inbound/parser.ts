import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { zstdCompress, zstdCompressSync } from 'node:zlib';
import { Piscina } from 'piscina';
import { type ParsedMessage, parseMessage, unreadable } from './parse-message.ts';

/**
 * A parsed message, its raw bytes as they are stored (compressed with zstd, RFC 8878), and the thread that did both
 * (`threadId` of node:worker_threads).
 */
export type ParseResult = { parsed: ParsedMessage; zstd: Uint8Array; threadId: number };

/** Reads messages without holding up whatever else the process does. */
export type Parser = {
  parse(raw: Buffer): Promise<ParseResult>;
  close(): Promise<void>;
};

/** Below this a message is read in less time than it takes to hand it to a thread. */
const inlineBelowBytes = 64 * 1024;
/** No real message takes a tenth of it; a bomb may take it all, and is kept raw. */
const deadlineMs = 20_000;
const workerCount = 2;

/** Small messages are read in place, large ones by threads with bounded memory and a deadline. */
export function openParser(): Parser {
  const pool = new Piscina<Uint8Array, ParseResult>({
    filename: new URL('./parser-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: workerCount,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const limit = limitConcurrency(workerCount);
  let closed = false;
  const parseInWorker = (raw: Buffer) =>
    // The deadline begins when a thread is free: waiting behind other mail is no fault of a message.
    limit(() => pool.run(raw, { signal: AbortSignal.timeout(deadlineMs) }));
  return {
    async parse(raw) {
      if (raw.length < inlineBelowBytes) return parseAndCompress(raw);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await parseInWorker(raw);
        } catch (error) {
          // Nothing is to be said of a message because the house is being closed.
          if (closed) throw error;
          if (attempt < 2 && !isResourceLimitError(error)) continue;
          const reason = `Reading it took too much: ${(error as Error).message}`;
          return { parsed: unreadable(reason), zstd: await promisify(zstdCompress)(raw), threadId };
        }
      }
    },
    close() {
      closed = true;
      return pool.destroy();
    },
  };
}

/** In one go: for what is small, handing it to a thread of zlib's costs more than compressing it. */
export async function parseAndCompress(raw: Uint8Array): Promise<ParseResult> {
  return { parsed: await parseMessage(raw), zstd: zstdCompressSync(raw), threadId };
}

/** It took all the time or all the memory it may have. */
function isResourceLimitError(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'AbortError' || code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Lets so many pieces of work run at once; the others wait in order. */
function limitConcurrency(maxConcurrent: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (work) => {
    if (running >= maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
