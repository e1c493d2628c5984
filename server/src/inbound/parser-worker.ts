import { type ReadMail, readAndCompress } from './parser.ts';

/** The thread's side of parser.ts. */
export default async function parseInWorker(raw: Uint8Array): Promise<ReadMail> {
  return readAndCompress(raw);
}
