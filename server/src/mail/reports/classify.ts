import type { ParsedMail } from '../mime/parse-mime.ts';
import { type AutoReply, isAutomatic, readAutoReply } from './auto-replies.ts';
import { type Bounce, readBounce } from './bounces.ts';
import { type Complaint, readComplaint } from './complaints.ts';

/** The kind of a message (docs/product.md, R6). `automatic`: no automatic reply may be sent to it (RFC 3834 §2). */
export type Classification =
  | ({ automatic: true } & (Bounce | Complaint | AutoReply))
  | { kind: 'list'; automatic: boolean; listId: string }
  | { kind: 'ordinary'; automatic: boolean };

/**
 * Classifies a message. `list` says nothing about the author: mail that people write through a mailing
 * list or a Google Group is treated like any other (docs/gmail.md, trap 13).
 */
export function classify(mail: ParsedMail): Classification {
  const report = readComplaint(mail) ?? readBounce(mail) ?? readAutoReply(mail);
  if (report) return { automatic: true, ...report };
  const listId = listOf(mail);
  return listId === null
    ? { kind: 'ordinary', automatic: isAutomatic(mail) }
    : { kind: 'list', automatic: isAutomatic(mail), listId };
}

/** The id of the mailing list (RFC 2919, and older fields); empty if it has none, null if it is not list mail. */
function listOf(mail: ParsedMail): string | null {
  const value = (wanted: string) => mail.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const id =
    value('list-id') ??
    value('mailing-list') ??
    value('x-mailing-list') ??
    value('list-post') ??
    value('x-list');
  if (id === undefined) return /^\s*list\b/i.test(value('precedence') ?? '') ? '' : null;
  return (/<([^<>]+)>/.exec(id)?.[1] ?? id).trim();
}
