import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';

/** The NOTIFY channel on which a commit announces to every worker that a mailbox has news. */
export const syncChannel = 'postroom_sync';

/**
 * Asks the workers to look at mailboxes at once, when the transaction is committed: at those that wait after a failure
 * when their time has come, and at one that is being read as soon as that has ended.
 */
export async function requestSync(
  { sql: db }: { sql: Kysely<Schema> },
  mailboxIds: string[],
  now = new Date(),
): Promise<void> {
  if (mailboxIds.length === 0) return;
  await sql`
    with mailboxes as materialized (
      select id from mailbox where id = any(${mailboxIds}::uuid[]) order by id for no key update
    ), requested as (
      update mailbox set sync_requested = true, unread_since = coalesce(unread_since, ${now}),
        next_sync_at = least(next_sync_at, greatest(${now}, sync_not_before))
      from mailboxes where mailbox.id = mailboxes.id
      returning mailbox.id
    )
    select pg_notify(${syncChannel}, '') from requested limit 1`.execute(db);
}
