import { Readable } from 'node:stream';
import { failureOf, type GoogleResult, UnexpectedAnswer } from './errors.ts';
import { type Gmail, messageTimeoutMs } from './gmail.ts';
import { units } from './quota.ts';

/** The header by which a message is found again after a send whose answer was lost (trap 1). */
export const deliveryHeader = 'X-Postroom-Delivery';

/** Gmail's upload limit for a message, in bytes: 35 MiB (the Gmail API's discovery document). */
export const maxMessageBytes = 36_700_160;

/**
 * Sends a message (RFC 5322 bytes) through Gmail, by upload, which takes any size up to the limit.
 * A thread id that is not of this mailbox is `not-found`. A failure that is `uncertain` may have sent
 * it: look with findSent before sending again.
 */
export async function sendMessage(
  gmail: Gmail,
  { raw, threadId }: { raw: Uint8Array; threadId: string | null },
): Promise<GoogleResult<{ id: string; threadId: string }>> {
  if (raw.byteLength > maxMessageBytes) {
    return failureOf({ status: 413, retryAfter: null, body: null }, 'send', new Date());
  }
  const method = { call: 'send', units: units.messagesSend, timeout: messageTimeoutMs } as const;
  return gmail.request(method, async (api, options) => {
    const { data } = await api.users.messages.send(
      {
        userId: 'me',
        requestBody: threadId ? { threadId } : {},
        media: { mimeType: 'message/rfc822', body: Readable.from([raw]) },
      },
      options,
    );
    if (!data.id || !data.threadId) throw new UnexpectedAnswer('Sent, but without an id');
    return { id: data.id, threadId: data.threadId };
  });
}
