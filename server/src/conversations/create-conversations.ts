import type { Insertable } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

export type NewConversation = Omit<Insertable<Schema['conversation']>, 'instanceId'>;

/** Inserts conversations with one statement; what is left out has the default of its column. */
export async function createConversations(
  { instanceId, sql }: InstanceTransaction,
  conversations: NewConversation[],
): Promise<void> {
  if (conversations.length === 0) return;
  await sql
    .insertInto('conversation')
    .values(conversations.map((conversation) => ({ ...conversation, instanceId })))
    .execute();
}
