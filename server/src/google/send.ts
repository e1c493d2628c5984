import { Readable } from 'node:stream';
import { headerOf } from './client.ts';
import { failureOf, type GoogleResult, UnexpectedAnswer } from './errors.ts';
import { type Gmail, messageTimeoutMs } from './gmail.ts';
import { units } from './quota.ts';

/** The header that identifies a message after a send whose response was lost (docs/gmail.md, trap 1). */
export const deliveryHeader = 'X-Postroom-Delivery';

/** Gmail's upload limit for a message, in bytes: 35 MiB (the Gmail API's discovery document). */
export const maxMessageBytes = 36_700_160;

/** A message that Gmail accepted. `at`: when, by Google's clock, to about a second. */
export type Accepted = { id: string; threadId: string; at: Date };

/**
 * Sends a message (RFC 5322 bytes) by media upload (users.messages.send), up to `maxMessageBytes`.
 * `not-found`: the thread id is not of this mailbox. After an `uncertain` failure the message may have been
 * sent: check with findSent before sending it again.
 */
export async function sendMessage(
  gmail: Gmail,
  { raw, threadId }: { raw: Uint8Array; threadId: string | null },
): Promise<GoogleResult<Accepted>> {
  if (raw.byteLength > maxMessageBytes) {
    return failureOf({ status: 413, retryAfter: null, body: null }, 'send', new Date());
  }
  const method = { call: 'send', units: units.messagesSend, timeout: messageTimeoutMs } as const;
  return gmail.request(method, async (api, options) => {
    const { data, headers } = await api.users.messages.send(
      {
        userId: 'me',
        requestBody: threadId ? { threadId } : {},
        media: { mimeType: 'message/rfc822', body: Readable.from([raw]) },
      },
      options,
    );
    if (!data.id || !data.threadId) throw new UnexpectedAnswer('A sent message without ids');
    return { id: data.id, threadId: data.threadId, at: timeAtGoogle(headerOf(headers, 'date'), new Date()) };
  });
}

/** Our time where it agrees with the answer's Date (RFC 9110 §6.6.1, whole seconds), else that: our clock may be wrong. */
function timeAtGoogle(date: string | null, now: Date): Date {
  const second = Date.parse(date ?? '');
  return Number.isNaN(second) ? now : new Date(Math.min(Math.max(now.getTime(), second), second + 999));
}
