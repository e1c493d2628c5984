import type { Answer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { getHeaders, listMessages } from './messages.ts';
import { deliveryHeader } from './send.ts';

/** A message found in Sent, with the Message-ID Gmail gave it in place of ours. */
export type SentMessage = { id: string; threadId: string; messageId: string | null };

/** Our clock and Google's may differ by this much (ms). */
const clocksDiffer = 2 * 60_000;

/**
 * Looks through Sent, newest first and back to `since` by our clock, for the message with this delivery's
 * header; null where it is not there. It may have been put in the trash meanwhile. The listing is
 * immediate, Gmail's search lags (trap 1).
 */
export async function findSent(
  gmail: Gmail,
  { delivery, since }: { delivery: string; since: Date },
): Promise<Answer<SentMessage | null>> {
  let pageToken: string | null = null;
  do {
    const page = await listMessages(gmail, { labels: ['SENT'], pageToken, spamAndTrash: true });
    if (page.kind !== 'ok') return page;
    for (const { id } of page.value.messages) {
      const sent = await getHeaders(gmail, id, [deliveryHeader, 'Message-ID']);
      if (sent.kind === 'not-found') continue; // deleted meanwhile
      if (sent.kind !== 'ok') return sent;
      const { headers, internalDate, threadId } = sent.value;
      if (headers[deliveryHeader] === delivery) {
        return { kind: 'ok', value: { id, threadId, messageId: headers['Message-ID'] } };
      }
      if (internalDate.getTime() < since.getTime() - clocksDiffer) return { kind: 'ok', value: null };
    }
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', value: null };
}
