import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { normalizeAddress, splitAddress } from '../mail/mime/addresses.ts';
import { type OwnAddresses, ownAddresses } from './own-addresses.ts';

/** What is ours, our users, and all others in the domains of our mailboxes: colleagues who do not use Postroom. */
export async function loadColleagues(tx: InstanceTransaction): Promise<OwnAddresses> {
  const own = await ownAddresses(tx);
  const users = await tx.sql.selectFrom('users').select('email').execute();
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
