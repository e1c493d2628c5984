import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { ReportFilter } from './report-filter.ts';

/** The ages, in hours, by which waiting conversations are counted. */
export const backlogAges = [4, 24, 72, 168, 720] as const;

/** Open conversations now. `waiting`: one count for each age below backlogAges, and one for older ones. */
export type Backlog = { waiting: number[]; answered: number };

/**
 * The open conversations by how long their customers have been waiting for an answer. `answered`: nobody waits. One
 * that holds imported mail alone (G1) is none of them.
 * The filter is by the mailbox, assignee and tags of the conversation.
 */
export async function backlog(
  tx: InstanceTransaction,
  { mailboxId, userId, tagId }: Omit<ReportFilter, 'from' | 'to'>,
  now: Date,
): Promise<Backlog> {
  const conditions = [sql`c.instance_id = ${tx.instanceId}::uuid and c.status = 'open'`];
  if (mailboxId) conditions.push(sql`c.mailbox_id = ${mailboxId}::uuid`);
  if (userId) conditions.push(sql`c.assignee_id = ${userId}::uuid`);
  if (tagId) {
    conditions.push(sql`exists (select from conversation_tag t where t.instance_id = c.instance_id
      and t.conversation_id = c.id and t.tag_id = ${tagId}::uuid)`);
  }
  const ages = backlogAges.map((hours) => hours * 3_600);
  const { rows } = await sql<{ age: number | null; count: number }>`
    with waiting as materialized (
      select c.id, (
        select min(f.at) from report_fact f
        where f.instance_id = c.instance_id and f.conversation_id = c.id and f.kind = 'arrival'
          and f.at > coalesce((select max(e.at) from report_fact e
            where e.instance_id = c.instance_id and e.conversation_id = c.id and e.kind <> 'arrival'), '-infinity')
      ) as since
      from conversation c where ${sql.join(conditions, sql` and `)}
    )
    select width_bucket(date_part('epoch', ${now}::timestamptz - since), ${ages}::float8[]) as age, count(*)::int as count
    from waiting
    where since is not null or exists (
      select from report_fact f where f.instance_id = ${tx.instanceId}::uuid and f.conversation_id = waiting.id
    ) or not exists (
      select from message m where m.instance_id = ${tx.instanceId}::uuid and m.conversation_id = waiting.id and m.imported
    ) or exists (
      select from message m where m.instance_id = ${tx.instanceId}::uuid and m.conversation_id = waiting.id
        and not m.imported and m.direction <> 'note'
    )
    group by 1`.execute(tx.sql);
  const counted = new Map(rows.map(({ age, count }) => [age, count]));
  return {
    waiting: [...backlogAges.keys(), backlogAges.length].map((age) => counted.get(age) ?? 0),
    answered: counted.get(null) ?? 0,
  };
}
