import { recordConversationEvent } from '../conversations/conversation-events.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { addParticipants } from '../conversations/participants.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { checkRecipient, normalizeAddress } from '../mail/mime/addresses.ts';
import { ownAddresses } from '../mailboxes/own-addresses.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { findOrCreateCustomers } from './find-or-create-customers.ts';
import { noSuchCustomer } from './lock-customer.ts';

/** A customer, by id or by an address; one of a new address is created. `address`: which of theirs is answered. */
export type NewCustomer =
  | { customerId: string; address?: string | undefined }
  | { address: string; name: string };

/**
 * Assigns a conversation to another customer, to whom answers go from now on: until somebody else of the
 * conversation writes again. Throws a ProblemError if either does not exist, or if the address is invalid or
 * ours.
 */
export async function moveToCustomer(
  tx: InstanceTransaction,
  {
    conversationId,
    to,
    actorId,
    now,
  }: { conversationId: string; to: NewCustomer; actorId: string; now: Date },
): Promise<void> {
  const { customerId: before } = await lockConversation(tx, conversationId);
  const { customerId, address } =
    'customerId' in to ? await existingCustomer(tx, to) : await customerAt(tx, to);
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      customerId,
      answerAddress: address,
      answerAddressSince: address === null ? null : now,
      version: eb('version', '+', 1),
      changedBy: actorId,
    }))
    .where('id', '=', conversationId)
    .execute();
  // What they answer is not from somebody unknown.
  if (address !== null) await addParticipants(tx, conversationId, [address]);
  if (before !== customerId) await recordMove(tx, { conversationId, before, customerId, actorId, now });
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
}

/** The address given, if it is the customer's, else their first; null where they have none. */
async function existingCustomer(
  tx: InstanceTransaction,
  { customerId, address }: { customerId: string; address?: string | undefined },
): Promise<{ customerId: string; address: string | null }> {
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('id')
    .forKeyShare()
    .executeTakeFirst();
  if (!customer) throw new ProblemError(noSuchCustomer);
  const addresses = await tx.sql
    .selectFrom('customerAddress')
    .where('customerId', '=', customerId)
    .where('address', '!=', '')
    .select('address')
    .orderBy('createdAt')
    .execute();
  const wanted = normalizeAddress(address ?? '');
  const chosen = addresses.find((one) => one.address === wanted) ?? addresses[0];
  return { customerId, address: chosen?.address ?? null };
}

async function customerAt(
  tx: InstanceTransaction,
  { address, name }: { address: string; name: string },
): Promise<{ customerId: string; address: string }> {
  const checked = checkRecipient(address);
  if (checked.kind === 'invalid') {
    throw new ProblemError(
      createProblem(400, 'invalid-recipient', { address, reason: { code: checked.reason } }),
    );
  }
  const normalized = normalizeAddress(checked.recipient.address);
  if ((await ownAddresses(tx)).has(normalized)) throw new ProblemError(ownAddressAsCustomer);
  const person = { address: normalized, name: name || checked.recipient.name };
  const customerIds = await findOrCreateCustomers(tx, [person]);
  return { customerId: customerIds.get(normalized)!, address: normalized };
}

async function recordMove(
  tx: InstanceTransaction,
  {
    conversationId,
    before,
    customerId,
    actorId,
    now,
  }: { conversationId: string; before: string; customerId: string; actorId: string; now: Date },
): Promise<void> {
  await recordConversationEvent(tx, { conversationId, kind: 'moved', actorId, otherId: before, at: now });
  for (const one of [before, customerId])
    recordEvent(tx, { type: 'customer.changed', data: { customerId: one } }, actorId);
}

const ownAddressAsCustomer = createProblem(400, 'own-address-as-customer');
