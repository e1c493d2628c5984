import { type RawBuilder, sql } from 'kysely';

/**
 * Whether a delivery belongs to a conversation and is unfinished. Ids first: with a join, Postgres may read all that waits
 * in the instance. The states are worded as in the index delivery_unfinished_message, in which what was sent before is not.
 */
export const isUnfinishedIn = (conversationId: string | RawBuilder<string>) => sql<boolean>`
  delivery.message_id = any(array(select id from message where conversation_id = ${conversationId}))
  and delivery.state not in ('sent', 'failed', 'cancelled')`;
