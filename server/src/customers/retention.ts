import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { deleteConversations } from './delete-conversations.ts';

/** How many conversations are deleted in one transaction: other work waits for it no longer than milliseconds. */
const sliceSize = 20;
/** Of the conversations that would be deleted, so many are shown. */
const exampleCount = 5;

/** `days` after a conversation was done it is deleted; null: it stays. */
export type Retention = { days: number | null };

/** What a retention of so many days would delete now. */
export type RetentionPreview = {
  conversations: number;
  messages: number;
  /** Those that were done first. */
  examples: Array<{ id: string; subject: string; doneAt: Date }>;
};

export async function readRetention(tx: InstanceTransaction): Promise<Retention> {
  const row = await tx.sql.selectFrom('instanceSetting').select('retentionDays').executeTakeFirst();
  return { days: row?.retentionDays ?? null };
}

export async function previewRetention(
  tx: InstanceTransaction,
  days: number,
  now: Date,
): Promise<RetentionPreview> {
  const due = dueConversations(tx, days, now);
  const { conversations, messages } = await tx.sql
    .selectFrom(due.select('id').as('due'))
    .select((eb) => [
      eb.fn.countAll<number>().as('conversations'),
      sql<number>`coalesce(sum((select count(*) from message where message.conversation_id = due.id)), 0)::int`.as(
        'messages',
      ),
    ])
    .executeTakeFirstOrThrow();
  const examples = await due
    .select(['id', 'subject', doneAt.as('doneAt')])
    .orderBy('doneAt')
    .limit(exampleCount)
    .execute();
  return { conversations, messages, examples };
}

/** Sets the retention and records it in the audit log. */
export async function changeRetention(
  tx: InstanceTransaction,
  after: Retention,
  actor: Actor,
): Promise<Retention> {
  const before = await readRetention(tx);
  if (before.days === after.days) return after;
  const change = { retentionDays: after.days };
  await tx.sql
    .insertInto('instanceSetting')
    .values({ instanceId: tx.instanceId, newConversationAfterDays: null, ...change })
    .onConflict((conflict) => conflict.column('instanceId').doUpdateSet(change))
    .execute();
  await audit(tx, actor, { action: 'retention.changed', subject: 'Retention', before, after });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
  return after;
}

/** Deletes what is due in every instance that has a retention, until nothing is or the signal aborts. */
export async function applyRetention(
  { deployment, database }: { deployment: Deployment; database: Database },
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const instances = await deployment.sql
    .selectFrom('instanceSetting')
    .innerJoin('instance', 'instance.id', 'instanceSetting.instanceId')
    .where('retentionDays', 'is not', null)
    .where('instance.deletedAt', 'is', null)
    .select('instanceId')
    .execute();
  for (const { instanceId } of instances) {
    let deleted = sliceSize;
    while (deleted === sliceSize && !signal.aborted) {
      deleted = await database.inInstance(instanceId, (tx) => deleteSlice(tx, now));
    }
  }
}

async function deleteSlice(tx: InstanceTransaction, now: Date): Promise<number> {
  // Read again: it may have been switched off meanwhile.
  const { days } = await readRetention(tx);
  if (days === null) return 0;
  const rows = await dueConversations(tx, days, now)
    .select('id')
    .orderBy('id')
    .limit(sliceSize)
    .forUpdate()
    .skipLocked()
    .execute();
  if (rows.length === 0) return 0;
  await deleteConversations(
    tx,
    rows.map(({ id }) => id),
    { actorId: null },
  );
  await audit(
    tx,
    { id: null, name: 'Postroom', ipAddress: null },
    {
      action: 'retention.conversations-deleted',
      subject: 'Conversations that were done for long',
      after: { days, conversations: rows.length },
    },
  );
  return rows.length;
}

/** When it was set done; where that was not kept, its last message. */
const doneAt = sql<Date>`coalesce(conversation.done_at, conversation.last_message_at)`;

/** Done for so many days, without newer mail, an unsent message, or a draft that somebody works on. */
function dueConversations(tx: InstanceTransaction, days: number, now: Date) {
  const before = new Date(now.getTime() - days * 86_400_000);
  return tx.sql
    .selectFrom('conversation')
    .where('status', '=', 'done')
    .where(doneAt, '<', before)
    .where('lastMessageAt', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('draft')
            .whereRef('draft.conversationId', '=', 'conversation.id')
            .where('draft.changedAt', '>=', before)
            .select('draft.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('message')
            .innerJoin('delivery', 'delivery.messageId', 'message.id')
            .whereRef('message.conversationId', '=', 'conversation.id')
            .where('delivery.state', 'in', ['queued', 'sending', 'held'])
            .select('message.id'),
        ),
      ),
    );
}
