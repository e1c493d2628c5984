import { type Reading, readRaw } from './read.ts';

/** The thread's side of parser.ts. */
export default function readInThread(raw: Uint8Array): Promise<Reading> {
  return readRaw(raw);
}
