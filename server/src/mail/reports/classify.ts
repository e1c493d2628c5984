import type { ParsedMail } from '../mime/parse-mime.ts';
import { type AutoReply, isAutomatic, readAutoReply } from './auto-replies.ts';
import { type Bounce, readBounce } from './bounces.ts';
import { type Complaint, readComplaint } from './complaints.ts';

/** What a message is, before anything is done with it (R6). `automatic`: no program may answer it. */
export type Classification =
  | ({ automatic: true } & (Bounce | Complaint | AutoReply))
  | { kind: 'list'; automatic: boolean; listId: string }
  | { kind: 'ordinary'; automatic: boolean };

/**
 * Classifies a message. A list is a class of its own and says nothing about who wrote: what people
 * write through a list, a Google Group among them, is answered as any mail.
 */
export function classify(mail: ParsedMail): Classification {
  const report = readComplaint(mail) ?? readBounce(mail) ?? readAutoReply(mail);
  if (report) return { automatic: true, ...report };
  const listId = listOf(mail);
  return listId === null
    ? { kind: 'ordinary', automatic: isAutomatic(mail) }
    : { kind: 'list', automatic: isAutomatic(mail), listId };
}

/** The list a message came through (RFC 2919, and the fields in use before it); null for none. */
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
