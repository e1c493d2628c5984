import type { GoogleResult } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { getHeaders, listMessages } from './messages.ts';
import { deliveryHeader } from './send.ts';

/** A message found in Sent, with the Message-ID Gmail gave it in place of ours. */
export type SentMessage = { id: string; threadId: string; messageId: string | null };

/** Those of some Gmail ids whose messages are known, with their internalDates. */
type FindOtherCopies = (gmailIds: string[]) => Promise<ReadonlyMap<string, Date>>;

/** Our clock and Google's may differ by this much (ms). */
const clockSkewMs = 2 * 60_000;

/**
 * Looks through Sent, newest first and back to `since` by our clock, for the message with this delivery's
 * header; null where it is not there. It may have been put in the trash meanwhile. The listing is
 * immediate, Gmail's search lags (trap 1). `others` answers which of some ids are known to be copies of
 * other messages, with Gmail's dates of them: a look at each costs 20 units.
 */
export async function findSent(
  gmail: Gmail,
  {
    deliveryId,
    since,
    findOtherCopies,
  }: { deliveryId: string; since: Date; findOtherCopies?: FindOtherCopies },
): Promise<GoogleResult<SentMessage | null>> {
  const tooOld = (internalDate: Date) => internalDate.getTime() < since.getTime() - clockSkewMs;
  let pageToken: string | null = null;
  do {
    const page = await listMessages(gmail, { labels: ['SENT'], pageToken, includeSpamTrash: true });
    if (page.kind !== 'ok') return page;
    const otherCopies = await findOtherCopies?.(page.value.messages.map(({ id }) => id));
    for (const { id } of page.value.messages) {
      const otherDate = otherCopies?.get(id);
      if (otherDate && tooOld(otherDate)) return { kind: 'ok', value: null };
      if (otherDate) continue;
      const sent = await getHeaders(gmail, id, [deliveryHeader, 'Message-ID']);
      if (sent.kind === 'not-found') continue; // deleted meanwhile
      if (sent.kind !== 'ok') return sent;
      const { headers, internalDate, threadId } = sent.value;
      if (headers[deliveryHeader] === deliveryId) {
        return { kind: 'ok', value: { id, threadId, messageId: headers['Message-ID'] } };
      }
      if (tooOld(internalDate)) return { kind: 'ok', value: null };
    }
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', value: null };
}
