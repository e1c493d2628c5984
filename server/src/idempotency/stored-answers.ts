import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';

/** A request that its client may repeat: `key` is the client's, and each user has their own. */
export type RepeatableRequest = {
  /** Null for a request outside an instance. */
  instanceId: string | null;
  userId: string;
  key: string;
  /** What the request is: another request with the same key is refused. */
  fingerprint: string;
};

export type Answer = { status: number; mediaType: string | null; body: string | null };

/** Whether a request is to be handled now, and what to answer where not. */
export type Admission =
  | { kind: 'new' }
  | { kind: 'answered'; answer: Answer }
  /** It was answered, and the body is stored no more, or never was. */
  | { kind: 'answered-before' }
  /** Another request had this key. */
  | { kind: 'other-request' }
  | { kind: 'under-way' }
  /** It changed something, and the process ended before it answered. */
  | { kind: 'answer-lost' };

/** Answers are kept for this long. */
const keptHours = 24;
/** After so many minutes without an answer the process that handled the request has ended. */
const abandonedMinutes = 5;

/**
 * Begins a request with an idempotency key (draft-ietf-httpapi-idempotency-key-header-07). Of several at the same
 * moment, in whatever processes, one is new. A request whose process ended before it changed anything is new again.
 */
export async function beginRequest({ sql: db }: Deployment, request: RepeatableRequest): Promise<Admission> {
  const { instanceId, userId, key, fingerprint } = request;
  const { rows } = await sql`
    insert into idempotency_key as known (instance_id, user_id, key, fingerprint)
    values (${instanceId}, ${userId}, ${key}, ${fingerprint})
    on conflict (user_id, key) do update set
      instance_id = excluded.instance_id, fingerprint = excluded.fingerprint, created_at = now(), started_at = now(),
      committed = false, status = null, media_type = null, body = null, body_kept = true
    where known.created_at < now() - ${keptHours} * interval '1 hour'
      or known.status is null and not known.committed and known.fingerprint = excluded.fingerprint
        and known.started_at < now() - ${abandonedMinutes} * interval '1 minute'
    returning 1
  `.execute(db);
  if (rows.length > 0) return { kind: 'new' };
  const known = await db
    .selectFrom('idempotencyKey')
    .where('userId', '=', userId)
    .where('key', '=', key)
    .select(['fingerprint', 'committed', 'status', 'mediaType', 'body', 'bodyKept'])
    .select(sql<boolean>`started_at < now() - ${abandonedMinutes} * interval '1 minute'`.as('isAbandoned'))
    .executeTakeFirst();
  // It has failed without a change in between, so that its client may repeat it.
  if (!known) return { kind: 'under-way' };
  if (known.fingerprint !== fingerprint) return { kind: 'other-request' };
  const { status, mediaType, body } = known;
  if (status === null) return { kind: known.isAbandoned ? 'answer-lost' : 'under-way' };
  return known.bodyKept
    ? { kind: 'answered', answer: { status, mediaType, body } }
    : { kind: 'answered-before' };
}

/**
 * Stores the answer to a request that was begun. Where nothing was changed and the answer is an error, the request
 * is forgotten instead: repeating it is harmless, and may succeed. `keepBody`: false for secrets.
 */
export async function endRequest(
  { sql: db }: Deployment,
  { userId, key }: RepeatableRequest,
  { status, mediaType, body }: Answer,
  { keepBody }: { keepBody: boolean },
): Promise<void> {
  if (status >= 400) {
    const forgotten = await db
      .deleteFrom('idempotencyKey')
      .where('userId', '=', userId)
      .where('key', '=', key)
      .where('committed', '=', false)
      .executeTakeFirst();
    if (forgotten.numDeletedRows > 0n) return;
  }
  await sql`
    update idempotency_key set status = ${status}, media_type = ${mediaType},
      body_kept = body_kept and ${keepBody},
      body = case when body_kept and ${keepBody} then ${body} end
    where user_id = ${userId} and key = ${key}
  `.execute(db);
}

/** Marks, in a transaction of the request, that the request has changed something; not if it only reads. */
export function markCommitted(tx: InstanceTransaction, { userId, key }: RepeatableRequest): void {
  tx.withCommit.push(() => markChanged.with({ userId, key }));
}

const markChanged = prepared(
  (_, { userId, key }: Pick<RepeatableRequest, 'userId' | 'key'>) => sql`
    update idempotency_key set committed = true
    where user_id = ${userId}::uuid and key = ${key} and pg_current_xact_id_if_assigned() is not null`,
);

/**
 * Deletes the bodies of all stored answers of the instance, and of those under way: one of them may hold what is
 * being redacted or deleted. Repeated requests still change nothing.
 */
export async function deleteStoredAnswers(tx: InstanceTransaction): Promise<void> {
  await tx.sql
    .updateTable('idempotencyKey')
    .set({ body: null, bodyKept: false })
    .where((eb) => eb.or([eb('body', 'is not', null), eb('status', 'is', null)]))
    .execute();
}

/** Deletes what is older than a day. */
export async function sweepStoredAnswers({ sql: db }: Deployment): Promise<void> {
  await sql`delete from idempotency_key where created_at < now() - ${keptHours} * interval '1 hour'`.execute(
    db,
  );
}
