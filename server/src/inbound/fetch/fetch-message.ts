import { setTimeout as sleep } from 'node:timers/promises';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getRawMessage, type IncompleteMessage } from '../../google/messages.ts';
import type { FetchedMessage } from '../parse/parse-message.ts';

/**
 * The labels of what is not imported. Drafts, and mail that waits in Gmail's own Schedule send, are not
 * sent; spam and trash are managed in Gmail (R2); chats are no mail.
 */
export const excludedLabels = ['DRAFT', 'SCHEDULED', 'SPAM', 'TRASH', 'CHAT'];

/** Whether a message with these labels is not imported. */
export function isExcluded(labels: string[]): boolean {
  return labels.some((label) => excludedLabels.includes(label));
}

/** A notification can arrive before its message can be read: a 404 is final only after these waits (ms). */
const notFoundRetryDelays = [500, 1_500, 3_000];

/**
 * Fetches one message with its raw bytes. `not-found`: Gmail does not have it, or not yet, after `waits` in
 * milliseconds; null: it is one that is not imported.
 */
export async function fetchMessage(
  gmail: Gmail,
  gmailId: string,
  signal: AbortSignal,
  waits = notFoundRetryDelays,
): Promise<
  { kind: 'ok'; value: (FetchedMessage & { raw: Buffer }) | null } | IncompleteMessage | GoogleFailure
> {
  for (const wait of [0, ...waits]) {
    if (wait > 0) await sleep(wait, undefined, { signal });
    const answer = await getRawMessage(gmail, gmailId);
    if (answer.kind === 'not-found') continue;
    if (answer.kind === 'incomplete' && isExcluded(answer.labels)) return { kind: 'ok', value: null };
    if (answer.kind !== 'ok') return answer;
    const { id, threadId, labels, internalDate, raw } = answer.value;
    return {
      kind: 'ok',
      value: {
        gmailId: id,
        gmailThreadId: threadId,
        labels,
        internalDate,
        size: raw.byteLength,
        raw: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength),
      },
    };
  }
  return { kind: 'not-found' };
}
