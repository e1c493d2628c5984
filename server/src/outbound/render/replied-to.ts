import { subjectTopic } from '../../mail/compose/subjects.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { awareOf } from './quotable-messages.ts';
import type { MessageRow, ReplyCandidate } from './send-data-queries.ts';

/**
 * The email that a message replies to: the newest that somebody in To wrote or received, because their program finds no
 * other one; of these, one with the same subject, because Gmail keeps a thread together by it. `earlier`: the newest
 * emails of the conversation. Pure.
 */
export function repliedTo(
  { recipients, subject }: Pick<MessageRow, 'recipients' | 'subject'>,
  earlier: ReplyCandidate[],
): ReplyCandidate | undefined {
  const to = recipients.to.map(({ address }) => normalizeAddress(address));
  const known = earlier.filter((email) => {
    const aware = awareOf(email);
    return to.some((address) => aware.has(address));
  });
  const candidates = known.length > 0 ? known : earlier;
  const topic = subjectTopic(subject);
  return candidates.find((email) => subjectTopic(email.subject) === topic) ?? candidates[0];
}
