import { type Kysely, sql as raw } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceKind, Role } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { asDeployment, type Database, type InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** An instance as one user sees it. */
export type Membership = { id: string; slug: string; name: string; kind: InstanceKind; role: Role };

/** Every instance a user belongs to, by name. */
export async function membershipsOf(deployment: Deployment, userId: string): Promise<Membership[]> {
  return deployment.sql
    .selectFrom('membership')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .where('membership.userId', '=', userId)
    .where('membership.deactivatedAt', 'is', null)
    .where('instance.deletedAt', 'is', null)
    .select(['instance.id', 'instance.slug', 'instance.name', 'instance.kind', 'membership.role'])
    .orderBy('instance.name')
    .execute();
}

/** What an instance still requires of a session; null: the session opens it. */
export type MissingSignIn = 'google' | 'oidc' | null;

/** A user and their session, null for one that is not known. */
type Session = { userId: string; sessionId: string | null };

/** Every instance a user belongs to, by name, and what each requires of their session. */
export function membershipsWithAccess(
  { sql }: Pick<Deployment, 'sql'>,
  session: Session,
): Promise<Array<Membership & { requires: MissingSignIn }>> {
  return memberships(sql, session)
    .select(['instance.id', 'instance.slug', 'instance.name', 'instance.kind'])
    .orderBy('instance.name')
    .execute();
}

/** A user's role in an instance, and what it requires of their session; null if they are no member. */
export async function accessTo(
  { sql }: Pick<Deployment, 'sql'>,
  { instanceId, ...session }: Session & { instanceId: string },
): Promise<{ role: Role; requires: MissingSignIn } | null> {
  const [access] = await membershipIn({ sql }, { instanceId, ...session });
  return access ?? null;
}

const membershipIn = prepared((db, { instanceId, userId, sessionId }: Session & { instanceId: string }) =>
  memberships(db, { userId, sessionId }).where('membership.instanceId', '=', instanceId),
);

/** Whether the identity `i` of a session is what the setting of an instance requires. */
export const satisfied = raw`(i.provider = setting.required_sign_in
  and (setting.sign_in_domains = '{}' or i.hosted_domain = any(setting.sign_in_domains)))`;

/** An instance may require that a session was begun with a provider, and there with an account of some domains. */
function memberships(sql: Kysely<Schema>, { userId, sessionId }: Session) {
  return sql
    .selectFrom('membership')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .leftJoin('instanceSetting as setting', 'setting.instanceId', 'instance.id')
    .where('membership.userId', '=', userId)
    .where('membership.deactivatedAt', 'is', null)
    .where('instance.deletedAt', 'is', null)
    .select([
      'membership.role',
      raw<MissingSignIn>`case when not exists (
        select from session join sign_in_identity i on i.id = session.identity_id
        where session.id = ${sessionId} and ${satisfied}
      ) then setting.required_sign_in end`.as('requires'),
    ]);
}

/** Those of some sessions that are open and whose users have access to an instance: for what outlives one request. */
export async function openSessionsAmong(
  deployment: Deployment,
  instanceId: string,
  sessionIds: string[],
): Promise<Set<string>> {
  if (sessionIds.length === 0) return new Set();
  const rows = await openSessions(deployment, { instanceId, sessionIds, now: new Date() });
  return new Set(rows.map(({ id }) => id));
}

type SessionsOfInstance = { instanceId: string; sessionIds: string[]; now: Date };
const openSessions = prepared((db, { instanceId, sessionIds, now }: SessionsOfInstance) =>
  db
    .selectFrom('session')
    .innerJoin('membership', 'membership.userId', 'session.userId')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .leftJoin('instanceSetting as setting', 'setting.instanceId', 'instance.id')
    .leftJoin('signInIdentity as i', 'i.id', 'session.identityId')
    .where('session.id', '=', raw<string>`any(${sessionIds})`)
    .where('session.expiresAt', '>', now)
    .where('membership.instanceId', '=', instanceId)
    .where('membership.deactivatedAt', 'is', null)
    .where('instance.deletedAt', 'is', null)
    .where(raw<boolean>`(setting.required_sign_in is null or ${satisfied})`)
    .select('session.id'),
);

/** The current name and slug of the transaction's instance. */
export function currentInstance(tx: InstanceTransaction): Promise<{ name: string; slug: string }> {
  return tx.sql.selectFrom('instance').select(['name', 'slug']).executeTakeFirstOrThrow();
}

/** What deleting an instance would delete. */
export type InstanceContents = {
  /** The addresses. */
  mailboxes: string[];
  conversations: number;
  customers: number;
  people: number;
};

export async function instanceContents({ sql }: InstanceTransaction): Promise<InstanceContents> {
  const countOf = async (table: 'conversation' | 'customer' | 'membership') => {
    const { count } = await sql
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  };
  const mailboxes = await sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select('address')
    .orderBy('address')
    .execute();
  return {
    mailboxes: mailboxes.map(({ address }) => address),
    conversations: await countOf('conversation'),
    customers: await countOf('customer'),
    people: await countOf('membership'),
  };
}

/** Creates an instance, or returns the one that has this slug. */
export async function createInstance(
  { sql }: Pick<Deployment, 'sql'>,
  instance: { slug: string; name: string; kind: InstanceKind },
): Promise<{ id: string; created: boolean }> {
  const inserted = await sql
    .insertInto('instance')
    .values({ id: uuid(), ...instance, deletedAt: null })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) return { id: inserted.id, created: true };
  const { id } = await sql
    .selectFrom('instance')
    .where('slug', '=', instance.slug)
    .select('id')
    .executeTakeFirstOrThrow();
  return { id, created: false };
}

/**
 * Gives a user a role in an instance, replacing an earlier one. Their password links become invalid: they may
 * lie in a mailbox of another instance, and would open this one too.
 */
export async function assignRole(
  { sql }: Pick<Deployment, 'sql'>,
  membership: { instanceId: string; userId: string; role: Role },
): Promise<void> {
  await sql
    .insertInto('membership')
    .values({ ...membership, deactivatedAt: null })
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'userId']).doUpdateSet({ role: membership.role, deactivatedAt: null }),
    )
    .execute();
  await sql.deleteFrom('passwordLink').where('userId', '=', membership.userId).execute();
}

/** Whether the deployment has no user yet. */
export async function isWithoutUsers(deployment: Deployment): Promise<boolean> {
  return (await deployment.sql.selectFrom('users').select('id').limit(1).execute()).length === 0;
}

/** Creates an instance with the user as its admin; the slug is derived from the name and unique. */
export async function createInstanceWithAdmin(
  { deployment, database }: { deployment: Deployment; database: Database },
  { name, kind, actor }: { name: string; kind: InstanceKind; actor: Actor },
): Promise<{ id: string; slug: string }> {
  const wanted = slugOf(name);
  for (let attempt = 1; ; attempt += 1) {
    const slug = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    const outcome = await inTransaction(deployment, async (sql) => {
      const instance = await createInstance({ sql }, { slug, name, kind });
      if (instance.created) {
        await assignRole({ sql }, { instanceId: instance.id, userId: actor.id, role: 'admin' });
      }
      return instance;
    });
    if (!outcome.created) continue;
    await database.inInstance(outcome.id, (tx) =>
      audit(tx, actor, { action: 'instance.created', subject: name, after: { name, kind } }),
    );
    return { id: outcome.id, slug };
  }
}

/** Paths of the server and the web page that no slug may take, those of probes (http/web-page.ts) included. */
const reservedSlugs = new Set([
  ...['health', 'healthz', 'healthy', 'live', 'livez', 'liveness', 'ready', 'readyz', 'readiness', 'alive'],
  ...['up', 'ping', 'status', 'statusz', 'metrics', 'heartbeat', 'actuator', 'assets'],
  'sign-in',
  'signed-in',
  'invitation',
  'password',
  'bootstrap',
  'first-run',
  'api',
  'oauth',
  'google',
  'unsubscribe',
]);

/** The name as it appears in the address of a page. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return slug === '' || reservedSlugs.has(slug) ? `inbox${slug && `-${slug}`}` : slug;
}

/** Renames an instance; its slug stays. */
export async function renameInstance(tx: InstanceTransaction, name: string, actor: Actor): Promise<void> {
  const before = await currentInstance(tx);
  if (before.name === name) return;
  await asDeployment(tx, () =>
    tx.sql.updateTable('instance').set({ name }).where('id', '=', tx.instanceId).execute(),
  );
  await audit(tx, actor, {
    action: 'instance.renamed',
    subject: name,
    before: { name: before.name },
    after: { name },
  });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
}

/**
 * Marks an instance for deletion: nobody has access from now on, and its slug is free again. Called by
 * mailboxes/delete-instances.ts, which does the rest. Throws a problem if the typed name is not its name.
 */
export async function requestInstanceDeletion(
  tx: InstanceTransaction,
  typedName: string,
  now: Date,
): Promise<void> {
  const { name } = await currentInstance(tx);
  if (typedName.trim() !== name) throw new ProblemError(nameMismatch(name));
  await asDeployment(tx, () =>
    tx.sql
      .updateTable('instance')
      .set({ deletedAt: now, slug: `deleted-${tx.instanceId}` })
      .where('id', '=', tx.instanceId)
      .execute(),
  );
  recordEvent(tx, { type: 'instance.changed', data: {} });
}

const nameMismatch = (name: string) => createProblem(400, 'organization-name-mismatch', { name });
