import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** The messages that a mailbox received and sent on a day, `2026-03-01`. */
export type TrafficDay = { day: string; received: number; sent: number };

/**
 * The last `days` days of a mailbox, ending today, including days without messages. A day begins at midnight
 * of `timeZone` (IANA). Unsent and imported messages (G1) are not counted.
 */
export async function traffic(
  tx: InstanceTransaction,
  mailboxId: string,
  { days, timeZone, now }: { days: number; timeZone: string; now: Date },
): Promise<TrafficDay[]> {
  const { rows } = await sql<TrafficDay>`
    with day as (
      select generate_series(
        (${now}::timestamptz at time zone ${timeZone})::date - ${days - 1}::integer,
        (${now}::timestamptz at time zone ${timeZone})::date, interval '1 day')::date as day
    ), counted as (
      select (message.sent_at at time zone ${timeZone})::date as day,
        count(*) filter (where message.direction = 'inbound') as received,
        count(*) filter (where message.direction = 'outbound' and (delivery.state is null or delivery.state = 'sent')) as sent
      from message
      left join delivery on delivery.instance_id = message.instance_id and delivery.message_id = message.id
      where message.mailbox_id = ${mailboxId} and not message.imported
        and message.sent_at >= (select min(day)::timestamp at time zone ${timeZone} from day)
      group by 1
    )
    select to_char(day.day, 'YYYY-MM-DD') as day,
      coalesce(received, 0)::integer as received, coalesce(sent, 0)::integer as sent
    from day left join counted using (day) order by day.day`.execute(tx.sql);
  return rows;
}
