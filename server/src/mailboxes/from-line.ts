import type { NameAndAddress, SendAs } from '../database/column-types.ts';

export type FromLine = { from: NameAndAddress; replyTo: NameAndAddress | null };

/**
 * The From of a message of this mailbox (C7, C9), or of one of its aliases (S7), whose display name may be empty.
 * With Dynamic Alias Name it has the agent's name: with the agent's own address if Gmail accepts it as a send-as
 * address (replies come back through Reply-To), otherwise with the mailbox's or alias's address, because Gmail
 * silently rewrites any other From.
 */
export function fromLine(
  mailbox: { address: string; displayName: string; dynamicAliasName: boolean; sendAs: SendAs[] },
  author: { name: string; email: string },
  alias: { address: string; displayName: string } | null,
): FromLine {
  const shared = {
    name: alias?.displayName || mailbox.displayName,
    address: alias?.address ?? mailbox.address,
  };
  if (!mailbox.dynamicAliasName) return { from: shared, replyTo: null };
  const email = author.email.toLowerCase();
  const accepted = mailbox.sendAs.some(
    ({ address, accepted }) =>
      accepted && address.toLowerCase() === email && email !== mailbox.address && email !== shared.address,
  );
  return accepted
    ? { from: { name: author.name, address: email }, replyTo: shared }
    : { from: { name: author.name, address: shared.address }, replyTo: null };
}

/** A From line in short form: `John <john@acme.com>`. */
export function formatFromLine({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}
