import type { Direction, NameAndAddress, Recipients, Sender } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { addressedCustomers } from '../../mailboxes/addressed-customers.ts';
import { loadColleagues } from '../../mailboxes/colleagues.ts';
import { ownAddresses } from '../../mailboxes/own-addresses.ts';

/** Who is answered instead of the writer of the last message; `others`: whom a reply to all adds. */
export type CustomerToAnswer = { to: NameAndAddress[]; others: NameAndAddress[] };

type Conversation = { customerId: string; answerAddress: string | null; answerAddressSince: Date | null };
type AnsweredMessage = {
  direction: Direction;
  fromName: string;
  fromAddress: string;
  recipients: Recipients;
  sender: Sender | null;
  createdAt: Date;
};

/**
 * The customer that an agent moved the conversation to, until somebody who is no colleague writes again; or
 * those to whom a colleague wrote with a copy to us. Null: the writer of the message is answered.
 */
export async function customerToAnswer(
  tx: InstanceTransaction,
  conversation: Conversation,
  message: AnsweredMessage | undefined,
): Promise<CustomerToAnswer | null> {
  const colleagues = await loadColleagues(tx);
  const byColleague =
    message?.direction === 'inbound' &&
    colleagues.has(message.fromAddress) &&
    message.sender?.verification !== 'failed';
  const { answerAddress, answerAddressSince: since } = conversation;
  if (answerAddress !== null && since !== null && (!message || byColleague || message.createdAt <= since)) {
    const to = [{ name: await nameOf(tx, conversation.customerId, answerAddress), address: answerAddress }];
    // Those to whom the former customer wrote are not the new one's company, but a colleague chose them.
    return { to, others: message && byColleague ? peopleOf(message) : [] };
  }
  if (!message || !byColleague) return null;
  const own = await ownAddresses(tx);
  const to = addressedCustomers(message.recipients, {
    isColleague: (address) => colleagues.has(address),
    isMailbox: (address) => own.has(address),
  });
  return to.length > 0 ? { to, others: peopleOf(message) } : null;
}

/** The writer and the recipients of a message, Bcc apart. */
function peopleOf({ fromName, fromAddress, recipients }: AnsweredMessage): NameAndAddress[] {
  return [{ name: fromName, address: fromAddress }, ...recipients.to, ...recipients.cc];
}

async function nameOf(tx: InstanceTransaction, customerId: string, address: string): Promise<string> {
  const { name } = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('name')
    .executeTakeFirstOrThrow();
  return name === address ? '' : name;
}
