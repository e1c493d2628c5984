import type { GoogleResult } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { getHeaders, listMessages } from './messages.ts';
import { deliveryHeader } from './send.ts';

/** A message found in Sent. `deliveryId`: our header; null for messages that we did not send. */
export type SentMessage = { id: string; deliveryId: string | null; internalDate: Date };

/** Those of these Gmail ids whose header need not be read, with their internalDates. */
export type FindKnownCopies = (gmailIds: string[]) => Promise<ReadonlyMap<string, Date>>;

/** Gmail may still be processing a send whose response was lost: search for it only after this time (ms). */
export const uncertainSettleMs = 10_000;

/** How much Gmail's clock and ours may differ (ms). */
const clockSkewMs = 2 * 60_000;

/**
 * Reads Sent, newest first and back to `since` by our clock, until `visit` returns true. It includes Trash,
 * where a message may have been moved. It lists messages because Gmail's search lags behind (docs/gmail.md,
 * trap 1). `findKnownCopies` saves fetching the headers of known messages, at 20 units each; a page of 500
 * costs 5.
 */
export async function readSent(
  gmail: Gmail,
  { since, findKnownCopies }: { since: Date; findKnownCopies?: FindKnownCopies },
  visit: (sent: SentMessage) => boolean,
): Promise<GoogleResult<void>> {
  const done = { kind: 'ok', value: undefined } as const;
  const tooOld = (internalDate: Date) => internalDate.getTime() < since.getTime() - clockSkewMs;
  let pageToken: string | null = null;
  do {
    const page = await listMessages(gmail, { labels: ['SENT'], pageToken, includeSpamTrash: true });
    if (page.kind !== 'ok') return page;
    const knownCopies = await findKnownCopies?.(page.value.messages.map(({ id }) => id));
    for (const { id } of page.value.messages) {
      const knownDate = knownCopies?.get(id);
      if (knownDate && tooOld(knownDate)) return done;
      if (knownDate) continue;
      const sent = await getHeaders(gmail, id, [deliveryHeader]);
      if (sent.kind === 'not-found') continue; // deleted meanwhile
      if (sent.kind !== 'ok') return sent;
      const { headers, internalDate } = sent.value;
      if (visit({ id, deliveryId: headers[deliveryHeader], internalDate })) return done;
      if (tooOld(internalDate)) return done;
    }
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  return done;
}

/**
 * The Gmail id of the message in Sent with this delivery's header; null if it is not there. Sent is read
 * as `readSent` does.
 */
export async function findSent(
  gmail: Gmail,
  { deliveryId, ...options }: { deliveryId: string; since: Date; findKnownCopies?: FindKnownCopies },
): Promise<GoogleResult<string | null>> {
  let found: string | null = null;
  const read = await readSent(gmail, options, (sent) => {
    if (sent.deliveryId === deliveryId) found = sent.id;
    return found !== null;
  });
  return read.kind === 'ok' ? { kind: 'ok', value: found } : read;
}
