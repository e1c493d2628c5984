import { subjectKind } from '../compose/subjects.ts';

/**
 * What a message is, for the folding of what it quotes: a `reply` repeats what the conversation already
 * has; a `forward` brings what the conversation does not have; a `new` message may quote as part of its
 * own words.
 */
export type MessageRole = 'reply' | 'forward' | 'new';

/** Outlook's Thread-Index has 22 bytes in the first message and 5 more with every reply (MS-OXOMSG §2.2.1.3). */
const firstThreadIndexLength = 32;

/** The role of a message by its subject and its header. */
export function messageRole(mail: {
  subject: string;
  inReplyTo: string | null;
  references: string[];
  headers: Array<{ name: string; value: string }>;
  text: string | null;
}): MessageRole {
  const kind = subjectKind(mail.subject);
  if (kind === 'forward') return 'forward';
  // VS is a forward in Danish and Norwegian; their programs name the sender "Fra".
  if (kind === 'reply-or-forward' && /^[\s*]{0,5}Fra\s?:/im.test(mail.text?.slice(0, 20_000) ?? ''))
    return 'forward';
  const threadIndex = mail.headers.find(({ name }) => name.toLowerCase() === 'thread-index')?.value ?? '';
  const isReply =
    kind !== 'none' ||
    mail.inReplyTo !== null ||
    mail.references.length > 0 ||
    threadIndex.replace(/\s/g, '').length > firstThreadIndexLength;
  return isReply ? 'reply' : 'new';
}
