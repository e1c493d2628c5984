import type { Answer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { getHeaders, listMessages } from './messages.ts';
import { deliveryHeader } from './send.ts';

/** A message found in Sent, with the Message-ID Gmail gave it in place of ours. */
export type SentMessage = { id: string; threadId: string; messageId: string | null };

/** Those of some Gmail ids whose messages are known, with their internalDates. */
type KnownCopies = (gmailIds: string[]) => Promise<ReadonlyMap<string, Date>>;

/** Our clock and Google's may differ by this much (ms). */
const clocksDiffer = 2 * 60_000;

/**
 * Looks through Sent, newest first and back to `since` by our clock, for the message with this delivery's
 * header; null where it is not there. It may have been put in the trash meanwhile. The listing is
 * immediate, Gmail's search lags (trap 1). `others` answers which of some ids are known to be copies of
 * other messages, with Gmail's dates of them: a look at each costs 20 units.
 */
export async function findSent(
  gmail: Gmail,
  { delivery, since, others }: { delivery: string; since: Date; others?: KnownCopies },
): Promise<Answer<SentMessage | null>> {
  const tooOld = (internalDate: Date) => internalDate.getTime() < since.getTime() - clocksDiffer;
  let pageToken: string | null = null;
  do {
    const page = await listMessages(gmail, { labels: ['SENT'], pageToken, spamAndTrash: true });
    if (page.kind !== 'ok') return page;
    const known = await others?.(page.value.messages.map(({ id }) => id));
    for (const { id } of page.value.messages) {
      const knownDate = known?.get(id);
      if (knownDate && tooOld(knownDate)) return { kind: 'ok', value: null };
      if (knownDate) continue;
      const sent = await getHeaders(gmail, id, [deliveryHeader, 'Message-ID']);
      if (sent.kind === 'not-found') continue; // deleted meanwhile
      if (sent.kind !== 'ok') return sent;
      const { headers, internalDate, threadId } = sent.value;
      if (headers[deliveryHeader] === delivery) {
        return { kind: 'ok', value: { id, threadId, messageId: headers['Message-ID'] } };
      }
      if (tooOld(internalDate)) return { kind: 'ok', value: null };
    }
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', value: null };
}
