import { type RawBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** What a report is about: whole days in the time zone of the organization, such as `2026-11-30`, both included. */
export type ReportFilter = {
  from: string;
  to: string;
  mailboxId?: string | undefined;
  userId?: string | undefined;
  tagId?: string | undefined;
  customerId?: string | undefined;
};

/** The condition of a filter for rows of report_fact, named `f`. */
export function factsOf(
  { instanceId }: InstanceTransaction,
  { from, to, mailboxId, userId, tagId, customerId }: ReportFilter,
  timeZone: string,
): RawBuilder<boolean> {
  const conditions = [
    // Named here too: a function call in the policy would keep Postgres from using a second processor.
    sql`f.instance_id = ${instanceId}::uuid`,
    sql`f.at >= ${from}::date::timestamp at time zone ${timeZone}`,
    sql`f.at < (${to}::date + 1)::timestamp at time zone ${timeZone}`,
  ];
  if (mailboxId) conditions.push(sql`f.mailbox_id = ${mailboxId}::uuid`);
  if (userId) conditions.push(sql`f.user_id = ${userId}::uuid`);
  if (tagId) {
    conditions.push(sql`exists (select from conversation_tag t where t.instance_id = f.instance_id
      and t.conversation_id = f.conversation_id and t.tag_id = ${tagId}::uuid)`);
  }
  if (customerId) {
    conditions.push(sql`f.conversation_id in (select c.id from conversation c
      where c.instance_id = ${instanceId}::uuid and c.customer_id = ${customerId}::uuid)`);
  }
  return sql`${sql.join(conditions, sql` and `)}`;
}

/** How long the parts are that a period is shown in; a week begins on Monday. */
export type ReportStep = 'day' | 'week' | 'month';
