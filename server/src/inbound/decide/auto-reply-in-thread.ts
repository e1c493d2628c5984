import { normalizeAddress } from '../../mail/mime/addresses.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import type { Context } from './context.ts';

/**
 * A message that a program wrote (Auto-Submitted) in the Gmail thread of what we sent to its sender is an
 * automatic reply, also without In-Reply-To. A web form's mail comes from an address that nobody wrote to.
 */
export function asAutoReplyInThread(message: MessageToStore, context: Context): MessageToStore {
  const { fetched, parsed } = message;
  if (!parsed.autoSubmitted || parsed.kind !== 'ordinary') return message;
  const conversationId = context.threads.get(fetched.gmailThreadId);
  const from = normalizeAddress(parsed.from.address);
  const answers = context.messages.some(
    (sent) =>
      sent.direction === 'outbound' &&
      sent.conversationId === conversationId &&
      sent.recipients.includes(from),
  );
  return answers ? { ...message, parsed: { ...parsed, kind: 'auto-reply', automatic: true } } : message;
}
