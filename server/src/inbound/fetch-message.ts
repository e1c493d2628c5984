import { setTimeout as sleep } from 'node:timers/promises';
import type { GoogleResult } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getRawMessage } from '../google/messages.ts';
import type { FetchedMessage } from './fetched-message.ts';

/** A notification can run ahead of the message it is about: a 404 is believed after these waits (ms). */
const notFoundRetryDelays = [500, 1_500, 3_000];

/** Fetches one message whole; null where Gmail no longer has it. */
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
