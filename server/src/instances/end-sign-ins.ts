import { type Kysely, sql as raw } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import { eventChannel } from '../events/record-event.ts';

/**
 * Ends sessions of a user, all but `except`, or `only` one. With them end the browsers that need no second
 * step, and second steps that are under way: a password that was changed, or a device that was signed out,
 * leaves no way in. Live streams of these sessions end with the commit.
 */
export async function endSessions(
  sql: Kysely<Schema>,
  userId: string,
  which: { except: string } | { only: string } | 'all',
): Promise<void> {
  let query = sql.deleteFrom('session').where('userId', '=', userId);
  if (which !== 'all') {
    query = 'only' in which ? query.where('id', '=', which.only) : query.where('id', '<>', which.except);
  }
  await query.execute();
  await endTrustedDevices(sql, userId);
  await wakeStreams(sql, userId);
}

/**
 * Every browser needs the second step again. better-auth keeps trusted browsers and second steps under way
 * in `verification`, with the user's id as the value.
 */
export async function endTrustedDevices(sql: Kysely<Schema>, userId: string): Promise<void> {
  await sql.deleteFrom('verification').where('value', '=', userId).execute();
}

/** Makes the live streams of the user's instances check whether they may go on. */
export async function wakeStreams(sql: Kysely<Schema>, userId: string): Promise<void> {
  await sql
    .selectFrom('membership')
    .where('userId', '=', userId)
    .select(raw`pg_notify(${eventChannel}, instance_id::text)`.as('notified'))
    .execute();
}
