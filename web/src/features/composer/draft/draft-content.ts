import type { Draft, DraftAttachment } from '../../../api/client.ts';

export type DraftKind = Draft['kind'];
/** What a draft belongs to: a conversation and a kind, or, for a new message, its own id. */
export type DraftTarget = { kind: DraftKind; conversationId: string | null; draftId?: string };

/** The parts of a draft that the user edits. */
export type DraftContent = {
  mailboxId: string | null;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  html: string;
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

export const emptyContent: DraftContent = { mailboxId: null, to: [], cc: [], bcc: [], subject: '', html: '' };

export function contentOf({ mailboxId, to, cc, bcc, subject, html }: Draft): DraftContent {
  return { mailboxId, to, cc, bcc, subject, html };
}

export function isSameContent(one: DraftContent, other: DraftContent): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether HTML has neither text nor an image. */
export function isEmptyHtml(html: string): boolean {
  return !/<img/i.test(html) && html.replace(/<[^>]*>|&nbsp;|\s/g, '') === '';
}
