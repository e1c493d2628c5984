import { addressParser, decodeWords } from 'postal-mime';
import { type Header, headerOf } from './headers.ts';

/** A later migration: finds the messages that one without References may join. */
export const threadKeySql = `
  ALTER TABLE messages ADD COLUMN thread_key TEXT;
  CREATE INDEX messages_by_thread_key ON messages (account, thread_key, internal_date)`;

const prefix = /^\s*((re|fwd?|aw|wg|sv|antw)(\[\d+\])?\s*:\s*)+/i;

/** A subject without reply and forward prefixes, as Gmail compares it. */
export function comparedSubject(subject: string): string {
  return decodeWords(subject).replace(prefix, '').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The sender and the subject, equal for messages that Gmail joins without References; null if either is missing. */
export function threadKey(headers: Header[]): string | null {
  const sender = addressParser(headerOf(headers, 'From'), { flatten: true })[0]?.address?.toLowerCase();
  const subject = comparedSubject(headerOf(headers, 'Subject'));
  return sender && subject ? `${sender} ${subject}` : null;
}
