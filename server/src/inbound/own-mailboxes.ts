import type { Recipients } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';

/** The ids of the instance's mailboxes by their own and their accepted send-as addresses, normalised. */
export type OwnMailboxes = ReadonlyMap<string, string>;

/** Loads the mailboxes that are not deleted. */
export async function loadOwnMailboxes(tx: InstanceTransaction): Promise<OwnMailboxes> {
  const mailboxes = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'sendAs'])
    .execute();
  const aliases = mailboxes.flatMap(({ id, sendAs }) =>
    sendAs.filter(({ accepted }) => accepted).map(({ address }) => [normalizeAddress(address), id] as const),
  );
  // An address that is both is the mailbox's own.
  return new Map([
    ...aliases,
    ...mailboxes.map(({ id, address }) => [normalizeAddress(address), id] as const),
  ]);
}

/** The mailbox that receives mail to an address or to its plus form (`support+orders@acme.example`). */
export function mailboxAt(mailboxes: OwnMailboxes, address: string): string | undefined {
  const normalized = normalizeAddress(address);
  return mailboxes.get(normalized) ?? mailboxes.get(normalized.replace(/\+[^@]*@/, '@'));
}

/** The mailbox named first in To, then in Cc: a message to several is answered from it (R12). */
export function firstAddressed(mailboxes: OwnMailboxes, { to, cc }: Recipients): string | null {
  for (const { address } of [...to, ...cc]) {
    const id = mailboxAt(mailboxes, address);
    if (id) return id;
  }
  return null;
}
