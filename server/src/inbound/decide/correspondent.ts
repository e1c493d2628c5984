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
  message: MessageToStore,
  direction: Direction,
  context: Context,
): NameAndAddress {
  const { writer, addressee } = message.parsed;
  if (direction === 'outbound') return addressee;
  const [customer] = customersOfColleague(message, context);
  return customer ? { ...customer, address: normalizeAddress(customer.address) } : writer;
}

/**
 * Whether a colleague wrote a received message to customers, with a copy to us: in a conversation it is our answer (R5).
 * Anybody can name a colleague in From, so Gmail must have verified it, or have written no verdict, as between
 * accounts of one Workspace.
 */
export function isColleaguesAnswer(message: MessageToStore, context: Context): boolean {
  const { automatic, byProgram, from, writer, senderClaims } = message.parsed;
  const isPerson =
    !automatic &&
    !byProgram &&
    !senderClaims.fromMachine &&
    (writer.address === '' || writer.address === normalizeAddress(from.address));
  const isVerified = senderClaims.fromVerified || senderClaims.withoutVerdict;
  return isPerson && isVerified && customersOfColleague(message, context).length > 0;
}

/** The customers in To of what a colleague wrote with a copy to us; none of any other message. */
function customersOfColleague({ parsed }: MessageToStore, context: Context): NameAndAddress[] {
  const { from, sender, recipients, writerByReplyTo } = parsed;
  const byColleague = isOneOfUs(from.address, context) && sender.verification !== 'failed';
  if (!byColleague || writerByReplyTo) return [];
  return addressedCustomers(recipients, {
    isColleague: (address) => isOneOfUs(address, context),
    isMailbox: (address) => mailboxAt(context.mailboxes, address) !== undefined,
  });
}
