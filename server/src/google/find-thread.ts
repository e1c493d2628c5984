import type { GoogleResult } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { listMessages } from './messages.ts';

/**
 * The thread that holds the message with this Message-ID (with its angle brackets) in a mailbox; null if the
 * mailbox has no such message, or Gmail's search does not know it yet. Costs one messages.list (Gmail Help,
 * "Refine searches in Gmail": rfc822msgid).
 */
export async function findThread(gmail: Gmail, rfcMessageId: string): Promise<GoogleResult<string | null>> {
  // Other characters would end the operator or begin another one.
  const id = /^<([^\s"(){}<>]+)>$/.exec(rfcMessageId)?.[1];
  if (!id) return { kind: 'ok', value: null };
  const page = await listMessages(gmail, { query: `rfc822msgid:${id}` });
  if (page.kind !== 'ok') return page;
  return { kind: 'ok', value: page.value.messages[0]?.threadId ?? null };
}
