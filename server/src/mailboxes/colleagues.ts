import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared, runTogether } from '../database/prepared-statements.ts';
import { normalizeAddress, splitAddress } from '../mail/mime/addresses.ts';
import { type OwnAddresses, ownAddressRows, toOwnAddresses } from './own-addresses.ts';

const usersOfInstance = prepared((db) => db.selectFrom('users').select('email'));

/** What is ours, our users, and all others in the domains of our mailboxes: colleagues who do not use Postroom. */
export async function loadColleagues(tx: InstanceTransaction): Promise<OwnAddresses> {
  const [rows, users] = await runTogether(tx, [ownAddressRows.with({}), usersOfInstance.with({})]);
  const own = toOwnAddresses(rows);
  const emails = new Set(users.map(({ email }) => normalizeAddress(email)));
  return {
    has(address) {
      const normalized = normalizeAddress(address);
      return (
        own.has(normalized) || emails.has(normalized) || own.domains.has(splitAddress(normalized).domain)
      );
    },
  };
}
