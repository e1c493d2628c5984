import type { Simulator } from '../simulator.ts';
import { type Header, headerOf, idsIn } from './headers.ts';
import { threadMessages } from './messages.ts';
import { comparedSubject, threadKey } from './thread-key.ts';

/** How old the earlier message of a thread may be that one without References joins. */
const joinsWithinMs = 7 * 24 * 3_600_000;

/**
 * The thread an incoming message joins, which has the same subject: one with a message it refers to or, if it has
 * no References, one in which its sender wrote during the last week, as web forms do
 * (https://workspaceupdates.googleblog.com/2019/03/threading-changes-in-gmail-conversation-view.html).
 */
export function threadOfArrival(simulator: Simulator, account: string, headers: Header[]): string | null {
  const references = [headerOf(headers, 'In-Reply-To'), headerOf(headers, 'References')];
  if (!references.some(Boolean)) return threadOfSubject(simulator, account, headers);
  const [answered = [], ancestors = []] = references.map(idsIn);
  return threadOfCited(simulator, account, headers, [...answered, ...ancestors.reverse()]);
}

function threadOfCited(
  { store }: Simulator,
  account: string,
  headers: Header[],
  cited: string[],
): string | null {
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

/** The thread of the newest message of the last week with the same subject and the same sender. */
function threadOfSubject({ store, clock }: Simulator, account: string, headers: Header[]): string | null {
  const earlier = store.get<{ thread_id: string }>(
    `SELECT thread_id FROM messages WHERE account = ? AND thread_key = ? AND internal_date >= ?
     ORDER BY internal_date DESC, id DESC LIMIT 1`,
    account,
    threadKey(headers),
    clock.now() - joinsWithinMs,
  );
  return earlier?.thread_id ?? null;
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
