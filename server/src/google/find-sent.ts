import type { GoogleResult } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { getHeaders, listMessages } from './messages.ts';
import { deliveryHeader } from './send.ts';

/** A message found in Sent, with the Message-ID by which Gmail replaced ours. */
export type SentMessage = { id: string; threadId: string; messageId: string | null };

/** The Gmail ids, of those given, that are stored as copies of other messages, with their internalDates. */
type FindOtherCopies = (gmailIds: string[]) => Promise<ReadonlyMap<string, Date>>;

/** How much Gmail's clock and ours may differ (ms). */
const clockSkewMs = 2 * 60_000;

/**
 * Searches Sent, newest first and back to `since` by our clock, for the message with this delivery's
 * header; null if it is not there. It includes Trash, where the message may have been moved. It lists
 * messages because Gmail's search lags behind (docs/gmail.md, trap 1). `findOtherCopies` saves fetching the
 * headers of known messages, at 20 units each.
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
