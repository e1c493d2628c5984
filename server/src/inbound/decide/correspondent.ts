import type { Direction, NameAndAddress } from '../../database/column-types.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { addressedCustomers } from '../../mailboxes/addressed-customers.ts';
import { mailboxAt } from '../../mailboxes/own-mailboxes.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import type { Context } from './context.ts';
import { isOneOfUs } from './direction.ts';

/**
 * The customer of the conversation that a message opens (R9): who wrote it to us, or to whom we wrote it. What a
 * colleague writes to a customer, with a copy to us, belongs to that customer. Address normalised.
 */
export function correspondentOf(
  { parsed }: MessageToStore,
  direction: Direction,
  context: Context,
): NameAndAddress {
  if (direction === 'outbound') return parsed.addressee;
  const { from, sender, recipients, writer } = parsed;
  const byColleague = isOneOfUs(from.address, context) && sender.verification !== 'failed';
  if (!byColleague || parsed.writerByReplyTo) return writer;
  const [customer] = addressedCustomers(recipients, {
    isColleague: (address) => isOneOfUs(address, context),
    isMailbox: (address) => mailboxAt(context.mailboxes, address) !== undefined,
  });
  return customer ? { ...customer, address: normalizeAddress(customer.address) } : writer;
}
