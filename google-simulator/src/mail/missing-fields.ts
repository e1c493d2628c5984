import { randomBytes } from 'node:crypto';
import type { Simulator } from '../simulator.ts';
import { editHeaders, type Header, headerOf, idsIn, readHeaders } from './headers.ts';

/**
 * Adds what Gmail adds to a received message: a Message-ID if there is none, or none in angle brackets (the
 * original is then kept in another field), and a Date (docs/gmail.md, section 2).
 */
export function addMissingFields({ clock }: Simulator, raw: Buffer): Buffer {
  const { headers } = readHeaders(raw);
  const messageId = headerOf(headers, 'Message-ID');
  const added: Header[] = [];
  if (!headerOf(headers, 'Date')) {
    added.push({ name: 'Date', value: new Date(clock.now()).toUTCString().replace('GMT', '+0000') });
  }
  if (idsIn(messageId).length === 0) {
    added.push({ name: 'Message-ID', value: gmailMessageId(messageId ? 'BROKEN' : 'MISSING') });
    if (messageId) added.push({ name: 'X-Google-Original-Message-ID', value: messageId });
  }
  if (added.length === 0) return raw;
  return editHeaders(raw, { drop: idsIn(messageId).length === 0 ? ['Message-ID'] : [], prepend: added });
}

function gmailMessageId(reason: 'MISSING' | 'BROKEN'): string {
  const hex = randomBytes(9).toString('hex');
  return `<${hex.slice(0, 8)}.1c69fb81.${hex.slice(8, 13)}.${hex.slice(14)}SMTPIN_ADDED_${reason}@mx.google.com>`;
}
