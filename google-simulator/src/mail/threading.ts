import { decodeWords } from 'postal-mime';
import type { Simulator } from '../simulator.ts';
import { type Header, headerOf, idsIn } from './headers.ts';
import { threadMessages } from './messages.ts';

const prefix = /^\s*((re|fwd?|aw|wg|sv|antw)(\[\d+\])?\s*:\s*)+/i;

/** A subject without reply and forward prefixes, as Gmail compares it. */
export function comparedSubject(subject: string): string {
  return decodeWords(subject).replace(prefix, '').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The thread an incoming message joins: it refers to a message in it and has the same subject. */
export function threadOfArrival({ store }: Simulator, account: string, headers: Header[]): string | null {
  const cited = [
    ...idsIn(headerOf(headers, 'In-Reply-To')),
    ...idsIn(headerOf(headers, 'References')).reverse(),
  ];
  const subject = comparedSubject(headerOf(headers, 'Subject'));
  for (const id of cited) {
    const known = store.get<{ thread_id: string; subject: string }>(
      'SELECT thread_id, subject FROM messages WHERE account = ? AND rfc_message_id = ? LIMIT 1',
      account,
      id,
    );
    if (known && comparedSubject(known.subject) === subject) return known.thread_id;
  }
  return null;
}

export type ThreadOfSend = { kind: 'thread'; threadId: string | null } | { kind: 'invalid-thread' };

/**
 * The thread a sent message joins. All three must hold (Gmail API, "Manage threads"): the thread id
 * is given, In-Reply-To or References refer to a message in it, and the subject matches. Throws for a
 * thread id of another mailbox.
 */
export function threadOfSend(
  simulator: Simulator,
  account: string,
  headers: Header[],
  threadId: string | null,
): ThreadOfSend {
  if (!threadId) return { kind: 'thread', threadId: null };
  const messages = threadMessages(simulator, account, threadId);
  if (messages.length === 0) return { kind: 'invalid-thread' };
  const cited = new Set([
    ...idsIn(headerOf(headers, 'In-Reply-To')),
    ...idsIn(headerOf(headers, 'References')),
  ]);
  const subject = comparedSubject(headerOf(headers, 'Subject'));
  const matches = messages.some(
    (message) =>
      message.rfcMessageId && cited.has(message.rfcMessageId) && comparedSubject(message.subject) === subject,
  );
  return { kind: 'thread', threadId: matches ? threadId : null };
}
