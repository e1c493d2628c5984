import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';

/** The addresses of the instance's mailboxes and their accepted send-as addresses, normalised. */
export async function ownAddresses(tx: InstanceTransaction): Promise<Set<string>> {
  const mailboxes = await tx.sql.selectFrom('mailbox').select(['address', 'sendAs']).execute();
  return new Set(
    mailboxes
      .flatMap(({ address, sendAs }) => [
        address,
        ...sendAs.filter(({ accepted }) => accepted).map((alias) => alias.address),
      ])
      .map(normalizeAddress),
  );
}
