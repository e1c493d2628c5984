import { sql } from 'kysely';
import type { Recipients } from '../database/column-types.ts';
import { prepared } from '../database/prepared-statements.ts';
import { normalizeAddress, withoutDots, withoutTag } from '../mail/mime/addresses.ts';

/** The ids of the instance's mailboxes by their own and their accepted send-as addresses, made by `addressKey`. */
export type OwnMailboxes = ReadonlyMap<string, string>;

/** The mailboxes that are not deleted, with their addresses in the domain aliases that an admin named. */
export const ownMailboxRows = prepared(
  () => sql<{ id: string; address: string }>`
    select id, address from (
      select id, address, 1 as priority from mailbox where deleted_at is null
      union all
      select mailbox.id, split_part(mailbox.address, '@', 1) || own_address.address, 2 from mailbox, own_address
        where deleted_at is null and own_address.address like '@%'
      union all
      select id, alias ->> 'address', 3 from mailbox, jsonb_array_elements(send_as) alias
        where deleted_at is null and (alias ->> 'accepted')::boolean
    ) known order by priority desc`,
);

export function toOwnMailboxes(rows: Array<{ id: string; address: string }>): OwnMailboxes {
  // An address that is both is the mailbox's own.
  return new Map(rows.map(({ id, address }) => [addressKey(address), id]));
}

/** The mailbox that receives mail to an address or to its plus form (`support+orders@acme.example`). */
export function mailboxAt(mailboxes: OwnMailboxes, address: string): string | undefined {
  const key = addressKey(address);
  return mailboxes.get(key) ?? mailboxes.get(withoutTag(key));
}

function addressKey(address: string): string {
  return withoutDots(normalizeAddress(address));
}

/** The mailbox named first in To, then in Cc: a message to several is answered from it (R12). */
export function firstAddressed(mailboxes: OwnMailboxes, { to, cc }: Recipients): string | null {
  for (const { address } of [...to, ...cc]) {
    const id = mailboxAt(mailboxes, address);
    if (id) return id;
  }
  return null;
}
