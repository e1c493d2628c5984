import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { recordConversationEvent } from './conversation-events.ts';
import { lockConversation } from './lock-conversation.ts';

/** Assigns a conversation to another customer. Throws a ProblemError if either does not exist. */
export async function moveToCustomer(
  tx: InstanceTransaction,
  {
    conversationId,
    customerId,
    actorId,
    now,
  }: { conversationId: string; customerId: string; actorId: string; now: Date },
): Promise<void> {
  const { customerId: before } = await lockConversation(tx, conversationId);
  if (before === customerId) return;
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('id')
    .forKeyShare()
    .executeTakeFirst();
  if (!customer) throw new ProblemError(noSuchCustomer);
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({ customerId, version: eb('version', '+', 1), changedBy: actorId }))
    .where('id', '=', conversationId)
    .execute();
  await recordConversationEvent(tx, { conversationId, kind: 'moved', actorId, otherId: before, at: now });
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
  for (const one of [before, customerId])
    recordEvent(tx, { type: 'customer.changed', data: { customerId: one } }, actorId);
}

const noSuchCustomer = createProblem(404, 'no-such-customer');
