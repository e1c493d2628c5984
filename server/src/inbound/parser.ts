import { zstdCompressSync } from 'node:zlib';
import { Piscina } from 'piscina';
import { type Reading, readRaw, unreadable } from './read.ts';

/** A message read, and its raw bytes as they are kept: compressed with zstd (RFC 8878). */
export type ReadMail = { reading: Reading; zstd: Uint8Array };

/** Reads messages without holding up whatever else the process does. */
export type Parser = {
  read(raw: Buffer): Promise<ReadMail>;
  close(): Promise<void>;
};

/** Below this a message is read in less time than it takes to hand it to a thread. */
const readHereBelow = 64 * 1024;
/** No real message takes a tenth of it; a bomb may take it all, and is kept raw. */
const deadlineMs = 20_000;

/** Small messages are read in place, large ones by threads with bounded memory and a deadline. */
export function openParser(): Parser {
  const pool = new Piscina<Uint8Array, ReadMail>({
    filename: new URL('./parse-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 2,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return {
    async read(raw) {
      if (raw.length < readHereBelow) return readAndCompress(raw);
      try {
        return await pool.run(raw, { signal: AbortSignal.timeout(deadlineMs) });
      } catch (error) {
        const reason = `Reading it took too much: ${(error as Error).message}`;
        return { reading: unreadable(reason), zstd: zstdCompressSync(raw) };
      }
    },
    close: () => pool.destroy(),
  };
}

/** In one go: for what is small, handing it to a thread of zlib's costs more than compressing it. */
export async function readAndCompress(raw: Uint8Array): Promise<ReadMail> {
  return { reading: await readRaw(raw), zstd: zstdCompressSync(raw) };
}
