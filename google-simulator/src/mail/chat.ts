import { randomBytes } from 'node:crypto';
import { findAccount } from '../accounts.ts';
import type { Simulator } from '../simulator.ts';
import { addMessage, type StoredMessage } from './messages.ts';

/**
 * Adds a chat to a mailbox: an item labelled CHAT, which the API returns without `raw` (docs/gmail.md, section 7).
 * `inHistory`: whether the history has it, which is not known of Gmail today.
 */
export function addChat(
  simulator: Simulator,
  account: string,
  { from, text, inHistory }: { from: string; text: string; inHistory?: boolean },
): StoredMessage {
  const name = findAccount(simulator.store, from)?.name ?? from;
  const raw = Buffer.from(
    [
      `From: ${name} <${from}>`,
      `Message-ID: <${randomBytes(8).toString('hex')}.chat@gmail.com>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
    ].join('\r\n'),
  );
  return addMessage(simulator, account, { raw, labels: ['CHAT'], inHistory });
}
