import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { joinConversation } from './join-parent.ts';
import { mergeTarget } from './merge-conversations.ts';

type OpenedApart = { messageId: string; fromId: string; intoId: string };

/**
 * Merges conversations that a message opened into the older ones in which a copy of it belongs (R12): the result is that of
 * reading the mailboxes in the other order. One in which somebody did anything stays. A merge can be undone.
 */
export async function joinOpenedApart(tx: InstanceTransaction, all: readonly OpenedApart[]): Promise<void> {
  for (const { messageId, fromId, intoId } of all) {
    // The older one may have joined another conversation just now.
    const currentId = (await mergeTarget(tx, intoId)) ?? intoId;
    if (fromId === currentId) continue;
    const [joining] = await findUntouched(tx, { messageId, fromId, intoId: currentId });
    if (joining) await joinConversation(tx, fromId, currentId);
  }
}

/** The conversation, if it begins with the message, the other one is older, and it has nothing but received mail. */
const findUntouched = prepared((db, { messageId, fromId, intoId }: OpenedApart) =>
  db
    .selectFrom('conversation')
    .innerJoin('message as opening', (join) => join.onRef('opening.conversationId', '=', 'conversation.id'))
    .where('conversation.id', '=', fromId)
    .where('opening.id', '=', messageId)
    .where('status', '=', 'open')
    .where('assigneeId', 'is', null)
    .where('version', '=', 1)
    .where(({ and, not, exists, selectFrom }) => {
      const inIt = (table: 'conversationEvent' | 'conversationTag' | 'draft') =>
        exists(selectFrom(table).where(`${table}.conversationId`, '=', fromId).select('instanceId'));
      const messages = (id: string) =>
        selectFrom('message').where('message.conversationId', '=', id).select('id');
      return and([
        not(inIt('conversationEvent')),
        not(inIt('conversationTag')),
        not(inIt('draft')),
        not(exists(messages(fromId).where('direction', '!=', 'inbound'))),
        not(exists(messages(fromId).whereRef('message.sentAt', '<', 'opening.sentAt'))),
        exists(messages(intoId).whereRef('message.sentAt', '<', 'opening.sentAt')),
      ]);
    })
    .select('conversation.id'),
);
