import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { zstdCompress, zstdCompressSync } from 'node:zlib';
import { Piscina } from 'piscina';
import { type Reading, readRaw, unreadable } from './read.ts';

/**
 * A message read, its raw bytes as they are kept: compressed with zstd (RFC 8878), and the thread that did both
 * (`threadId` of node:worker_threads).
 */
export type ReadMail = { reading: Reading; zstd: Uint8Array; threadId: number };

/** Reads messages without holding up whatever else the process does. */
export type Parser = {
  read(raw: Buffer): Promise<ReadMail>;
  close(): Promise<void>;
};

/** Below this a message is read in less time than it takes to hand it to a thread. */
const readHereBelow = 64 * 1024;
/** No real message takes a tenth of it; a bomb may take it all, and is kept raw. */
const deadlineMs = 20_000;
const threads = 2;

/** Small messages are read in place, large ones by threads with bounded memory and a deadline. */
export function openParser(): Parser {
  const pool = new Piscina<Uint8Array, ReadMail>({
    filename: new URL('./parse-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const turn = turns(threads);
  let closed = false;
  const inThread = (raw: Buffer) =>
    // The deadline begins when a thread is free: waiting behind other mail is no fault of a message.
    turn(() => pool.run(raw, { signal: AbortSignal.timeout(deadlineMs) }));
  return {
    async read(raw) {
      if (raw.length < readHereBelow) return readAndCompress(raw);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await inThread(raw);
        } catch (error) {
          // Nothing is to be said of a message because the house is being closed.
          if (closed) throw error;
          if (attempt < 2 && !isOfTheMessage(error)) continue;
          const reason = `Reading it took too much: ${(error as Error).message}`;
          return { reading: unreadable(reason), zstd: await promisify(zstdCompress)(raw), threadId };
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
export async function readAndCompress(raw: Uint8Array): Promise<ReadMail> {
  return { reading: await readRaw(raw), zstd: zstdCompressSync(raw), threadId };
}

/** It took all the time or all the memory it may have. */
function isOfTheMessage(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'AbortError' || code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Lets so many pieces of work run at once; the others wait in order. */
function turns(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
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
