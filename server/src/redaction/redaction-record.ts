import { v7 as uuid } from 'uuid';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { RedactionKind } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { deleteStoredAnswers } from '../idempotency/stored-answers.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { redactResponses } from '../webhooks/delivery-log.ts';

/** Records on a message what was redacted, by whom and when. */
export async function recordRedaction(
  tx: InstanceTransaction,
  redaction: { messageId: string; conversationId: string; kind: RedactionKind },
  actor: Actor,
  now: Date,
): Promise<void> {
  const { messageId, conversationId, kind } = redaction;
  const { instanceId } = tx;
  await tx.sql
    .insertInto('redaction')
    .values({ instanceId, id: uuid(), messageId, kind, actorId: actor.id, actorName: actor.name, at: now })
    .execute();
  await tx.sql
    .updateTable('message')
    .set((eb) => ({ redactedAt: eb.fn.coalesce('redactedAt', eb.val(now)) }))
    .where('id', '=', messageId)
    .execute();
  await deleteStoredAnswers(tx);
  await redactResponses(tx, { conversationIds: [conversationId] });
  recordEvent(tx, { type: 'message.redacted', data: { conversationId, messageId } }, actor.id);
}

/**
 * Locks a conversation and its messages, in the order of their ids, and returns one message and the others.
 * Throws a ProblemError if the message does not exist.
 */
export async function lockConversationMessages(tx: InstanceTransaction, messageId: string) {
  const found = await tx.sql
    .selectFrom('message')
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .where('message.id', '=', messageId)
    .select(['message.conversationId', 'conversation.subject'])
    .forUpdate('conversation')
    .executeTakeFirst();
  if (!found) throw new ProblemError(noSuchMessage);
  const messages = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', found.conversationId)
    .select([
      'id',
      'conversationId',
      'subject',
      'bodyText',
      'bodyHtml',
      'ownText',
      'ownHtml',
      'snippet',
      'invitation',
      'deletedAt',
    ])
    .orderBy('id')
    .forUpdate()
    .execute();
  const message = messages.find(({ id }) => id === messageId);
  if (!message) throw new ProblemError(noSuchMessage);
  return { message, others: messages.filter((one) => one !== message), subject: found.subject };
}

/** Throws a ProblemError if a message is waiting to be sent: the redacted text would be sent. */
export async function assertSent(tx: InstanceTransaction, messageIds: string[]): Promise<void> {
  if (messageIds.length === 0) return;
  const waiting = await tx.sql
    .selectFrom('delivery')
    .where('messageId', 'in', messageIds)
    .where('state', 'in', ['queued', 'sending', 'held'])
    .select('messageId')
    .execute();
  if (waiting.length > 0) throw new ProblemError(notSentYet);
}

export const noSuchMessage = createProblem(404, 'no-such-message');
const notSentYet = createProblem(409, 'message-not-sent-yet');
