import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import { asDeployment, type InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { hashOf, newToken } from './tokens.ts';

/** What a key may do, each area apart: `read` answers requests, `write` changes something. */
export const apiKeyScopes = [
  'audit:read',
  'bulk-messages:read',
  'bulk-messages:write',
  'conversations:read',
  'conversations:write',
  'customers:read',
  'customers:write',
  'mailboxes:read',
  'mailboxes:write',
  'messages:read',
  'messages:write',
  'people:read',
  'redaction:read',
  'redaction:write',
  'reports:read',
  'reports:write',
  'templates:read',
  'templates:write',
  'webhooks:read',
  'webhooks:write',
] as const;

export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** Keys begin with this, so that people and secret scanners recognise one. */
const keyPrefix = 'postroom_';
/** So much of a key is shown in the list. */
const shownLength = keyPrefix.length + 6;

export type ApiKeyView = {
  id: string;
  name: string;
  /** The beginning of the key. */
  prefix: string;
  scopes: ApiKeyScope[];
  createdBy: { id: string; name: string } | null;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  lastUsedIp: string | null;
};

/** A page of the keys that are not revoked, newest first; expired ones too. */
export async function apiKeys(tx: InstanceTransaction, page: PageRequest): Promise<Page<ApiKeyView>> {
  const { rows, next } = await selectPage(selectKeys(tx), byColumn('apiKey.createdAt', 'time', 'desc'), page);
  return { rows: rows.map(toView), next };
}

/** One key that is not revoked. */
export async function apiKey(tx: InstanceTransaction, id: string): Promise<ApiKeyView> {
  return toView(await selectKeys(tx).where('apiKey.id', '=', id).executeTakeFirstOrThrow());
}

const selectKeys = (tx: InstanceTransaction) =>
  tx.sql
    .selectFrom('apiKey')
    .leftJoin('users', 'users.id', 'apiKey.createdBy')
    .where('apiKey.revokedAt', 'is', null)
    .select([
      'apiKey.id',
      'apiKey.name',
      'apiKey.prefix',
      'apiKey.scopes',
      'apiKey.createdAt',
      'apiKey.expiresAt',
      'apiKey.lastUsedAt',
      'apiKey.lastUsedIp',
      'users.id as creatorId',
      'users.name as creatorName',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof selectKeys>['executeTakeFirstOrThrow']>>;

const toView = ({ creatorId, creatorName, scopes, ...row }: Row): ApiKeyView => ({
  ...row,
  scopes: scopes as ApiKeyScope[],
  createdBy: creatorId === null ? null : { id: creatorId, name: creatorName ?? '' },
});

/** Creates a key and returns it: it is stored only as a hash. `expiresAt`: null for never. */
export async function createApiKey(
  tx: InstanceTransaction,
  { name, scopes, expiresAt }: { name: string; scopes: ApiKeyScope[]; expiresAt: Date | null },
  actor: Actor,
): Promise<{ id: string; key: string }> {
  const key = `${keyPrefix}${newToken().token}`;
  const [id, userId] = [uuid(), uuid()];
  const granted = [...new Set(scopes)].toSorted();
  // An address that receives no mail (RFC 2606 §2); nobody can sign in with it.
  const email = `${userId}@api-keys.invalid`;
  await asDeployment(tx, () =>
    tx.sql
      .insertInto('users')
      .values({ id: userId, email, name, emailVerified: false, image: null })
      .execute(),
  );
  await tx.sql
    .insertInto('apiKey')
    .values({
      instanceId: tx.instanceId,
      id,
      userId,
      name,
      prefix: key.slice(0, shownLength),
      tokenHash: hashOf(key),
      scopes: granted,
      createdBy: actor.id,
      expiresAt,
      lastUsedAt: null,
      lastUsedIp: null,
      revokedAt: null,
    })
    .execute();
  const after = { scopes: granted, expiresAt };
  await audit(tx, actor, { action: 'api-key.created', subject: name, after });
  recordEvent(tx, { type: 'people.changed', data: {} }, actor.id);
  return { id, key };
}

/** Revokes a key: every process refuses it from the commit on. Throws a problem if there is no such key. */
export async function revokeApiKey(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const revoked = await tx.sql
    .updateTable('apiKey')
    .set({ revokedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .returning('name')
    .executeTakeFirst();
  if (!revoked) throw new ProblemError(noSuchKey);
  await audit(tx, actor, { action: 'api-key.revoked', subject: revoked.name });
  recordEvent(tx, { type: 'people.changed', data: {} }, actor.id);
}

/** A key that a request carries. */
export type ValidApiKey = {
  id: string;
  instanceId: string;
  scopes: ApiKeyScope[];
  user: { id: string; name: string; email: string };
};

/** The key, if it is valid now; its use is noted, once a minute. It is looked up in each request. */
export async function findApiKey(
  { sql: db }: Deployment,
  key: string,
  ip: string,
): Promise<ValidApiKey | null> {
  if (!key.startsWith(keyPrefix)) return null;
  const row = await validKeys(db)
    .innerJoin('users', 'users.id', 'apiKey.userId')
    .where('apiKey.tokenHash', '=', hashOf(key))
    .select([
      'apiKey.id',
      'apiKey.instanceId',
      'apiKey.scopes',
      'users.id as userId',
      'users.name',
      'users.email',
    ])
    .select(sql<boolean>`coalesce(api_key.last_used_at < now() - interval '1 minute', true)`.as('isUseDue'))
    .executeTakeFirst();
  if (!row) return null;
  const { id, instanceId, scopes, userId, name, email } = row;
  if (row.isUseDue) {
    await db
      .updateTable('apiKey')
      .set({ lastUsedAt: sql<Date>`now()`, lastUsedIp: ip })
      .where('instanceId', '=', instanceId)
      .where('id', '=', id)
      .execute();
  }
  return { id, instanceId, scopes: scopes as ApiKeyScope[], user: { id: userId, name, email } };
}

/** Those of some keys that are valid still: for what outlives one request. */
export async function validApiKeysAmong({ sql: db }: Deployment, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await validKeys(db)
    .where('apiKey.id', '=', sql<string>`any(${ids}::uuid[])`)
    .select('apiKey.id')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

function validKeys(db: Deployment['sql']) {
  return db
    .selectFrom('apiKey')
    .innerJoin('instance', 'instance.id', 'apiKey.instanceId')
    .where('instance.deletedAt', 'is', null)
    .where('apiKey.revokedAt', 'is', null)
    .where((eb) =>
      eb.or([eb('apiKey.expiresAt', 'is', null), eb('apiKey.expiresAt', '>', sql<Date>`now()`)]),
    );
}

const noSuchKey = createProblem(404, 'no-such-api-key');
