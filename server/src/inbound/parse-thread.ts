import { type ParseOutcome, parseMime } from '../mail/parse-mime.ts';

/** The thread's side of parser.ts. */
export default function parseInThread(raw: Uint8Array): Promise<ParseOutcome> {
  return parseMime(raw);
}
