import { tokenInSubject, unsubscribe } from '../../bulk/unsubscribe.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Changes } from '../decide/changes.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

/**
 * Unsubscribes whoever a mail client asks for by mail (List-Unsubscribe, RFC 2369 §3.2). Only the token in the
 * subject counts, which is as secret as that of the link: From is anybody's to write, and a forwarded or plus address
 * differs from the one written to. Returns the ids of messages that need nobody: a program wrote them, and the
 * conversation that they opened is done.
 */
export async function unsubscribeByMail(
  tx: InstanceTransaction,
  { messages, conversations }: Changes,
  now: Date,
): Promise<Set<string>> {
  const handled = new Set<string>();
  for (const { id, conversationId, direction, message } of messages) {
    const token = direction === 'inbound' ? tokenInSubject(message.parsed.subject) : null;
    if (token === null || (await unsubscribe(tx, token)) === null || !isByProgram(message)) continue;
    handled.add(id);
    if (!conversations.get(conversationId)?.created) continue;
    await tx.sql
      .updateTable('conversation')
      .set({ status: 'done', doneAt: now })
      .where('id', '=', conversationId)
      .execute();
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
  }
  return handled;
}

/** Whether it has only what mail clients put there: words or files that a person adds are read by a person. */
function isByProgram({ parsed: { attachments, automatic, ownText, text } }: MessageToStore): boolean {
  const words = (ownText ?? text).trim();
  if (automatic) return true;
  if (attachments.length > 0) return false;
  return (
    /^(unsubscribe)?$/i.test(words) || (words.length < 200 && /\bautomatically generated\b/i.test(words))
  );
}
