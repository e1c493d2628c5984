import type { NameAndAddress, SendAs } from '../database/column-types.ts';

export type FromLine = { from: NameAndAddress; replyTo: NameAndAddress | null };

/**
 * The From a message of this mailbox leaves with (C7, C9). With Dynamic Alias Name it carries the
 * agent's name: over the agent's own address where Gmail accepts that as a send-as address (answers
 * then come back by Reply-To), else over the mailbox's, because Gmail silently rewrites any other From.
 */
export function fromLine(
  mailbox: { address: string; displayName: string; dynamicAliasName: boolean; sendAs: SendAs[] },
  author: { name: string; email: string },
): FromLine {
  const mailboxFrom = { name: mailbox.displayName, address: mailbox.address };
  if (!mailbox.dynamicAliasName) return { from: mailboxFrom, replyTo: null };
  const email = author.email.toLowerCase();
  const accepted = mailbox.sendAs.some(
    ({ address, accepted }) => accepted && address.toLowerCase() === email && email !== mailbox.address,
  );
  return accepted
    ? { from: { name: author.name, address: email }, replyTo: mailboxFrom }
    : { from: { name: author.name, address: mailbox.address }, replyTo: null };
}

/** A From line in the short form people read: `John <john@acme.com>`. */
export function formatFromLine({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}
