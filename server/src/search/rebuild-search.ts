import { type Kysely, sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { type RecurringWork, recurringTask } from '../queue/recurring-work.ts';

/** Messages looked at in one transaction. */
const batchSize = 200;
/** How long (ms) one run takes; between two runs other work has Postgres for itself. */
const runMs = 500;

/** Indexes what was stored before a migration that changed what messages are found by (table search_rebuild). */
export function searchWork(deployment: Deployment): RecurringWork[] {
  return [
    recurringTask({
      name: 'rebuild search',
      everyMs: 1_000,
      run: async (signal) => {
        const end = Date.now() + runMs;
        while (!signal.aborted && Date.now() < end && (await rebuildSearch(deployment))) {}
      },
    }),
  ];
}

/**
 * Indexes the next messages again, newest first, and only those that the new rules find by more: long texts,
 * scripts without spaces, letters with a second spelling, other senders than From. Returns whether there is more to do.
 */
export function rebuildSearch(deployment: Deployment): Promise<boolean> {
  return inTransaction(deployment, async (tx) => {
    const next = await tx
      .selectFrom('searchRebuild')
      // As text: a Date has neither microseconds nor infinity.
      .select(['instanceId', sql<string>`before::text`.as('before')])
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!next) return false;
    const oldest = await oldestOfBatch(tx, next);
    if (!oldest) {
      await tx.deleteFrom('searchRebuild').where('instanceId', '=', next.instanceId).execute();
      return true;
    }
    await sql`
      select search_refresh(array_agg(m.instance_id), array_agg(m.id))
      from message_search s join message m on m.instance_id = s.instance_id and m.id = s.message_id
      where s.instance_id = ${next.instanceId} and s.sent_at >= ${oldest}::timestamptz and s.sent_at < ${next.before}::timestamptz
        and (octet_length(m.body_text) > 50000 or jsonb_array_length(m.recipients -> 'replyTo') > 0
          or m.sender is not null
          or search_finds_more(concat_ws(' ', m.subject, m.from_name, m.recipients::text, m.body_text))
          or exists (select from attachment a where a.instance_id = m.instance_id and a.message_id = m.id
            and search_finds_more(a.filename)))
      having count(*) > 0`.execute(tx);
    await tx
      .updateTable('searchRebuild')
      .set({ before: sql`${oldest}::timestamptz` })
      .where('instanceId', '=', next.instanceId)
      .execute();
    return true;
  });
}

/** The time of the oldest message of the next batch; null if there is none. */
async function oldestOfBatch(
  tx: Kysely<Schema>,
  { instanceId, before }: { instanceId: string; before: string },
): Promise<string | null> {
  const { rows } = await sql<{ oldest: string | null }>`
    select min(sent_at)::text as oldest from (
      select sent_at from message_search where instance_id = ${instanceId} and sent_at < ${before}::timestamptz
      order by sent_at desc limit ${batchSize}
    ) newest`.execute(tx);
  return rows[0]!.oldest;
}
