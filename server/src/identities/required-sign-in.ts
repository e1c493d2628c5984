import { type Kysely, sql as raw } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { asDeployment, type Database, type InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { accessTo } from '../instances/instances.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { type ProviderId, providerIds } from './provider.ts';

/** What members of an organization must sign in with. */
export type SignInRequirement = {
  /** Null: whatever they have. */
  provider: ProviderId | null;
  /** The Google Workspace domains whose accounts are accepted; empty: any account. */
  domains: string[];
};

const columns = ['requiredSignIn as provider', 'signInDomains as domains'] as const;
const nothingRequired: SignInRequirement = { provider: null, domains: [] };

export async function signInRequirement(tx: InstanceTransaction): Promise<SignInRequirement> {
  const row = await tx.sql.selectFrom('instanceSetting').select(columns).executeTakeFirst();
  return row ?? nothingRequired;
}

/** How many members have linked an account of each provider, of how many. */
export async function linkedMembers(
  tx: InstanceTransaction,
): Promise<{ members: number; linked: Record<ProviderId, number> }> {
  const row = await asDeployment(tx, () =>
    tx.sql
      .selectFrom('membership')
      .leftJoin('signInIdentity', 'signInIdentity.userId', 'membership.userId')
      .where('membership.instanceId', '=', tx.instanceId)
      .where('membership.deactivatedAt', 'is', null)
      .select((eb) => [
        eb.fn.count<number>('membership.userId').distinct().as('members'),
        ...providerIds.map((id) =>
          eb.fn
            .count<number>('membership.userId')
            .distinct()
            .filterWhere('signInIdentity.provider', '=', id)
            .as(id),
        ),
      ])
      .executeTakeFirstOrThrow(),
  );
  return { members: row.members, linked: { google: row.google ?? 0, oidc: row.oidc ?? 0 } };
}

/**
 * Changes what an organization requires. Throws a problem unless the admin's own session satisfies it: whoever requires
 * a way to sign in has just shown that it lets an admin in.
 */
export async function changeSignInRequirement(
  tx: InstanceTransaction,
  {
    requirement,
    actor,
    sessionId,
  }: { requirement: SignInRequirement; actor: Actor & { id: string }; sessionId: string },
): Promise<void> {
  const before = await lockRequirement(tx);
  const after = requirement.provider === null ? nothingRequired : requirement;
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  await storeRequirement(tx, after);
  const own = { userId: actor.id, sessionId, instanceId: tx.instanceId };
  const access = await asDeployment(tx, () => accessTo(tx, own));
  if (access?.requires) throw new ProblemError(createProblem(409, 'required-sign-in-not-yours'));
  await endPushes(tx, after);
  await audit(tx, actor, { action: 'sign-in.requirement-changed', subject: 'Sign-in', before, after });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
}

/** Ends the requirement of an organization, for the operator: nobody can get in to do it. False if there is none. */
export async function endSignInRequirement(
  { deployment, database }: { deployment: Deployment; database: Database },
  slug: string,
): Promise<'ended' | 'nothing-required' | 'no-such-organization'> {
  const instance = await deployment.sql
    .selectFrom('instance')
    .where('slug', '=', slug)
    .where('deletedAt', 'is', null)
    .select('id')
    .executeTakeFirst();
  if (!instance) return 'no-such-organization';
  return database.inInstance(instance.id, async (tx) => {
    const before = await lockRequirement(tx);
    if (before.provider === null) return 'nothing-required';
    await storeRequirement(tx, nothingRequired);
    const operator = { id: null, name: 'Operator', ipAddress: null };
    const change = { before, after: nothingRequired };
    await audit(tx, operator, { action: 'sign-in.requirement-changed', subject: 'Sign-in', ...change });
    recordEvent(tx, { type: 'instance.changed', data: {} });
    return 'ended';
  });
}

/** The name of an organization of this person that requires the provider; null if none does. */
export async function organizationThatRequires(
  sql: Kysely<Schema>,
  userId: string,
  provider: ProviderId,
): Promise<string | null> {
  const row = await sql
    .selectFrom('membership')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .innerJoin('instanceSetting', 'instanceSetting.instanceId', 'instance.id')
    .where('membership.userId', '=', userId)
    .where('membership.deactivatedAt', 'is', null)
    .where('instance.deletedAt', 'is', null)
    .where('instanceSetting.requiredSignIn', '=', provider)
    .select('instance.name')
    .executeTakeFirst();
  return row?.name ?? null;
}

/** Organizations that require a provider that is not configured, by slug: nobody gets in. */
export async function unreachableOrganizations(
  { sql }: Pick<Deployment, 'sql'>,
  configured: ProviderId[],
): Promise<Array<{ slug: string; provider: ProviderId }>> {
  const rows = await sql
    .selectFrom('instanceSetting')
    .innerJoin('instance', 'instance.id', 'instanceSetting.instanceId')
    .where('instance.deletedAt', 'is', null)
    .where('requiredSignIn', 'is not', null)
    .select(['instance.slug', 'requiredSignIn as provider'])
    .execute();
  return rows.flatMap(({ slug, provider }) =>
    provider && !configured.includes(provider) ? [{ slug, provider }] : [],
  );
}

/** Locks the row, so that the audit log records the true values before the change. */
async function lockRequirement(tx: InstanceTransaction): Promise<SignInRequirement> {
  const { instanceId } = tx;
  await tx.sql
    .insertInto('instanceSetting')
    .values({ instanceId, newConversationAfterDays: null, requiredSignIn: null })
    .onConflict((conflict) => conflict.column('instanceId').doNothing())
    .execute();
  return tx.sql.selectFrom('instanceSetting').select(columns).forUpdate().executeTakeFirstOrThrow();
}

async function storeRequirement(
  tx: InstanceTransaction,
  { provider, domains }: SignInRequirement,
): Promise<void> {
  await tx.sql
    .updateTable('instanceSetting')
    .set({ requiredSignIn: provider, signInDomains: domains })
    .where('instanceId', '=', tx.instanceId)
    .execute();
}

/** Pushes nothing more to browsers whose sessions no longer open the organization. */
async function endPushes(tx: InstanceTransaction, { provider, domains }: SignInRequirement): Promise<void> {
  if (provider === null) return;
  await asDeployment(tx, () =>
    tx.sql
      .deleteFrom('pushSubscription')
      .where('instanceId', '=', tx.instanceId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('session')
              .innerJoin('signInIdentity', 'signInIdentity.id', 'session.identityId')
              .whereRef('session.id', '=', 'pushSubscription.sessionId')
              .where('signInIdentity.provider', '=', provider)
              .where(
                raw<boolean>`(cardinality(${domains}::text[]) = 0 or hosted_domain = any(${domains}::text[]))`,
              )
              .select('session.id'),
          ),
        ),
      )
      .execute(),
  );
}

/** What a session was begun with; null: with a password. */
export async function sessionIdentity(
  { sql }: Pick<Deployment, 'sql'>,
  sessionId: string,
): Promise<{ provider: ProviderId; hostedDomain: string | null } | null> {
  const row = await sql
    .selectFrom('session')
    .innerJoin('signInIdentity', 'signInIdentity.id', 'session.identityId')
    .where('session.id', '=', sessionId)
    .select(['signInIdentity.provider', 'signInIdentity.hostedDomain'])
    .executeTakeFirst();
  return row ?? null;
}
