import type { Draft, DraftAttachment, Quoting } from '../../../api/client.ts';
import { noQuoting } from './quoting.ts';

export type DraftKind = Draft['kind'];
/** What a draft belongs to: a conversation and a kind, or, for a new message, its own id. */
export type DraftTarget = { kind: DraftKind; conversationId: string | null; draftId?: string };

/** The parts of a draft that the user edits. */
export type DraftContent = {
  mailboxId: string | null;
  /** The send-as address of the mailbox it is sent from; null: its own address. */
  alias: string | null;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  html: string;
  quoting: Quoting;
};

/** A draft as the composer shows it. */
export type DraftState = {
  id: string;
  version: number;
  content: DraftContent;
  attachments: DraftAttachment[];
  forwarded: Draft['forwarded'];
  savedAt: Date | null;
  /** `local`: the last save failed; the content is stored in this browser only. */
  status: 'saved' | 'saving' | 'local';
  /** How many payment card numbers the server removed in the last save. */
  cardNumbers: number;
  /** Incremented when the content was replaced by something other than the editor. */
  revision: number;
};

export const emptyContent: DraftContent = {
  mailboxId: null,
  alias: null,
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  html: '',
  quoting: noQuoting,
};

/** The properties in one order, so that contents can be compared as JSON. */
export function contentOf({ mailboxId, alias, to, cc, bcc, subject, html, quoting }: Draft): DraftContent {
  const added = quoting.added.map(({ messageId, readers }) => ({ messageId, readers }));
  return { mailboxId, alias, to, cc, bcc, subject, html, quoting: { omitted: quoting.omitted, added } };
}

export function isSameContent(one: DraftContent, other: DraftContent): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether HTML has neither text nor an image. */
export function isEmptyHtml(html: string): boolean {
  return !/<img/i.test(html) && html.replace(/<[^<>]*>|&nbsp;|\s/g, '') === '';
}
