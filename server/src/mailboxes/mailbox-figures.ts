import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** How a mailbox did lately. Arrivals and answers are those of docs/reports.md. */
export type MailboxFigures = {
  arrivals: number;
  answers: number;
  /** All that was sent, bulk messages too, and how many of them came back from at least one recipient. */
  sent: number;
  bounced: number;
  /**
   * Seconds from when Gmail accepted a message to when it was stored, which is when pages show it: half and 95 of 100
   * took at most these. Null if nothing arrived. Imported mail (G1) is not counted.
   */
  toScreen: { median: number; ninetyFifth: number } | null;
};

/** The figures of the last `days` days of a mailbox. */
export async function mailboxFigures(
  tx: InstanceTransaction,
  mailboxId: string,
  { days, now }: { days: number; now: Date },
): Promise<MailboxFigures> {
  const since = new Date(now.getTime() - days * 86_400_000);
  const { rows } = await sql<MailboxFigures>`
    with lately as (
      select m.id, m.instance_id, m.direction, m.origin from message m
      where m.instance_id = ${tx.instanceId}::uuid and m.mailbox_id = ${mailboxId} and m.sent_at >= ${since}
        and m.direction <> 'note' and not m.imported
    ), sent as (
      select exists (
        select from delivery_report r
        where r.instance_id = lately.instance_id and r.message_id = lately.id and r.kind = 'failed'
      ) as bounced
      from lately
      where direction = 'outbound' and (origin = 'gmail' or exists (
        select from delivery d where d.instance_id = lately.instance_id and d.message_id = lately.id and d.state = 'sent'))
    ), delay as (
      select greatest(extract(epoch from min(g.stored_at) - min(g.internal_date)), 0)::float8 as seconds
      from lately join gmail_message g on g.instance_id = lately.instance_id and g.message_id = lately.id
        and g.mailbox_id = ${mailboxId}
      where direction = 'inbound' and g.import_id is null group by lately.id
    ), fact as (
      select kind from report_fact f
      where f.instance_id = ${tx.instanceId}::uuid and f.mailbox_id = ${mailboxId} and f.at >= ${since}
    )
    select (select count(*) from fact where kind = 'arrival')::int as arrivals,
      (select count(*) from fact where kind = 'sent')::int as answers,
      (select count(*) from sent)::int as sent, (select count(*) from sent where bounced)::int as bounced,
      (select case when count(*) > 0 then json_build_object(
        'median', percentile_disc(0.5) within group (order by seconds),
        'ninetyFifth', percentile_disc(0.95) within group (order by seconds)) end from delay) as "toScreen"`.execute(
    tx.sql,
  );
  return rows[0]!;
}
