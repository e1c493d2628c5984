import { type Kysely, sql as raw } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import { eventChannel } from '../events/record-event.ts';

/** Which sessions end; what is left out does not limit them. */
export type EndedSessions = {
  except?: string;
  only?: string;
  /** Those begun with this identity (sign_in_identity). */
  begunWith?: string;
  begunBefore?: Date;
};

/**
 * Ends sessions of a user, and returns how many. With them end the browsers that need no second
 * step, and second steps that are under way: a password that was changed, or a device that was signed out,
 * leaves no way in. Live streams of these sessions end with the commit.
 */
export async function endSessions(
  sql: Kysely<Schema>,
  userId: string,
  which: EndedSessions | 'all',
): Promise<number> {
  const { except, only, begunWith, begunBefore }: EndedSessions = which === 'all' ? {} : which;
  let query = sql.deleteFrom('session').where('userId', '=', userId);
  if (except) query = query.where('id', '<>', except);
  if (only) query = query.where('id', '=', only);
  if (begunWith) query = query.where('identityId', '=', begunWith);
  if (begunBefore) query = query.where('createdAt', '<=', begunBefore);
  const { numDeletedRows } = await query.executeTakeFirst();
  await endTrustedDevices(sql, userId);
  await wakeStreams(sql, userId);
  return Number(numDeletedRows);
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

/** Ends the session that another one replaces in the same browser. */
export async function dropSession(
  { sql }: { sql: Kysely<Schema> },
  sessionId: string,
  userId: string,
): Promise<void> {
  await sql.deleteFrom('session').where('id', '=', sessionId).execute();
  await wakeStreams(sql, userId);
}
