import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { normalizeAddress, splitAddress, withoutDots, withoutTag } from '../mail/mime/addresses.ts';

/** Decides whether an address, however it is written, is one of ours (R11). */
export type OwnAddresses = { has(address: string): boolean };

/**
 * All that is ours (R11): the instance's mailboxes, also deleted ones, their accepted send-as addresses, the
 * former addresses of renamed accounts, and the groups and domain aliases that an admin named. Plus forms of
 * these are ours too. `domains`: those of the mailboxes, without Gmail's, which are everybody's.
 */
export async function ownAddresses(
  tx: InstanceTransaction,
): Promise<OwnAddresses & { domains: ReadonlySet<string> }> {
  return toOwnAddresses(await ownAddressRows(tx, {}));
}

export type OwnAddressRow = { address: string; isMailbox: boolean };

/** The statement of `ownAddresses`. */
export const ownAddressRows = prepared(
  () => sql<OwnAddressRow>`
    select address, true as is_mailbox from mailbox
    union all
    select alias ->> 'address', false from mailbox, jsonb_array_elements(send_as) alias
      where (alias ->> 'accepted')::boolean
    union all
    select address, false from own_address`,
);

export function toOwnAddresses(rows: OwnAddressRow[]): OwnAddresses & { domains: ReadonlySet<string> } {
  const domains = rows
    .filter(({ isMailbox }) => isMailbox)
    .map(({ address }) => splitAddress(withoutDots(normalizeAddress(address))).domain);
  return {
    ...recognizeOwn(rows.map(({ address }) => address)),
    domains: new Set(domains.filter((domain) => domain !== 'gmail.com')),
  };
}

/**
 * Recognizes these addresses and their plus forms. `@domain` stands for a domain alias: in Google Workspace
 * every user has an address there as well.
 */
export function recognizeOwn(addresses: readonly string[]): OwnAddresses {
  const normalized = addresses.map(normalizeAddress);
  const known = new Set(normalized.filter((address) => !address.startsWith('@')).map(withoutDots));
  const aliasDomains = new Set(
    normalized.filter((each) => each.startsWith('@')).map((each) => each.slice(1)),
  );
  const localParts = new Set(aliasDomains.size > 0 ? [...known].map((each) => splitAddress(each).local) : []);
  return {
    has(address) {
      const whole = withoutDots(normalizeAddress(address));
      // A send-as address may have a tag of its own; then only that tag is known to be ours.
      return [whole, withoutTag(whole)].some((form) => {
        const { local, domain } = splitAddress(form);
        return known.has(form) || (aliasDomains.has(domain) && localParts.has(local));
      });
    },
  };
}

/**
 * Keeps the address that a mailbox had before its Google account was renamed: it goes on receiving, because
 * Google makes it an alias of the account. Call it in the transaction that changes the mailbox's address.
 */
export async function keepFormerAddress(tx: InstanceTransaction, formerAddress: string): Promise<void> {
  await tx.sql
    .insertInto('ownAddress')
    .values({ instanceId: tx.instanceId, address: normalizeAddress(formerAddress), kind: 'former' })
    .onConflict((conflict) => conflict.columns(['instanceId', 'address']).doNothing())
    .execute();
}
