import { openWorkerPool } from '../worker-pool.ts';
import { assertNotTooMany } from './bulk-drafts.ts';
import { type ParsedRecipientList, parseRecipientList } from './parse-recipient-list.ts';

/** Parses recipient lists without blocking the event loop: one of 49,000 lines takes a second and more. */
export type RecipientListReader = {
  /** Throws a ProblemError, without parsing it, if a list has more lines than a bulk message may have recipients. */
  read(text: string): Promise<ParsedRecipientList>;
  close(): Promise<void>;
};

/** A shorter list is parsed in less time than it takes to transfer it to a thread. */
const inlineBelowCharacters = 16 * 1024;

export function openRecipientListReader(): RecipientListReader {
  const pool = openWorkerPool<string, ParsedRecipientList>({
    filename: new URL('./parse-recipient-list.ts', import.meta.url).href,
    name: parseRecipientList.name,
    deadlineMs: 30_000,
    memoryMb: 512,
    idleTimeoutMs: 10_000,
  });
  return {
    async read(text) {
      assertNotTooMany(countLines(text));
      return text.length < inlineBelowCharacters ? parseRecipientList(text) : pool.run(text);
    },
    close: () => pool.close(),
  };
}

/** The lines of a list that are not empty. */
function countLines(text: string): number {
  let lines = 0;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next === -1 ? text.length : next;
    if (end - at > 1 || (end > at && text[at] !== '\r')) lines += 1;
    at = end + 1;
  }
  return lines;
}
