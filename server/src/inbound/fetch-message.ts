import { setTimeout as sleep } from 'node:timers/promises';
import type { GoogleResult } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getRawMessage } from '../google/messages.ts';

/** One message as users.messages.get returns it with format=raw. */
export type FetchedMessage = {
  gmailId: string;
  gmailThreadId: string;
  labels: string[];
  /** When Gmail accepted it. It orders the timeline, because the Date header may contain anything. */
  internalDate: Date;
  raw: Buffer;
};

/** Drafts stay in Gmail; spam and trash are managed there (R2). */
export function isExcluded(labels: string[]): boolean {
  return labels.some((label) => label === 'DRAFT' || label === 'SPAM' || label === 'TRASH');
}

/** A notification can arrive before its message can be read: a 404 is final only after these waits (ms). */
const notFoundRetryDelays = [500, 1_500, 3_000];

/** Fetches one message with its raw bytes; null if Gmail no longer has it. */
export async function fetchMessage(
  gmail: Gmail,
  gmailId: string,
  signal: AbortSignal,
): Promise<GoogleResult<FetchedMessage | null>> {
  for (const wait of [0, ...notFoundRetryDelays]) {
    if (wait > 0) await sleep(wait, undefined, { signal });
    const answer = await getRawMessage(gmail, gmailId);
    if (answer.kind === 'not-found') continue;
    if (answer.kind !== 'ok') return answer;
    const { id, threadId, labels, internalDate, raw } = answer.value;
    return {
      kind: 'ok',
      value: {
        gmailId: id,
        gmailThreadId: threadId,
        labels,
        internalDate,
        raw: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength),
      },
    };
  }
  return { kind: 'ok', value: null };
}
