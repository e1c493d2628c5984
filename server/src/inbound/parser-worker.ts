import { type ParseResult, parseAndCompress } from './parser.ts';

/** The thread's side of parser.ts. */
export default async function parseInWorker(raw: Uint8Array): Promise<ParseResult> {
  return parseAndCompress(raw);
}
