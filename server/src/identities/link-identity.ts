import type { Kysely } from 'kysely';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { Schema } from '../database/generated/schema.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { auditInEveryInstance } from '../instances/account-audit.ts';
import { endSessions } from '../instances/end-sign-ins.ts';
import { wrongPassword } from '../instances/profile.ts';
import { hasPassword, isPasswordOf } from '../instances/sign-in.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { type IdentityView, identitiesOf, linkIdentity, noteUse, ownerOf } from './identities.ts';
import type { Provider, ProviderAccount, ProviderId } from './provider.ts';
import { organizationThatRequires } from './required-sign-in.ts';
import type { IdentityDeps } from './sign-in-with-provider.ts';

/** How long after a sign-in the ways to sign in can be changed without the password, in milliseconds. */
const freshMs = 10 * 60_000;

/** A signed-in person and their session. */
export type Self = { id: string; email: string; sessionId: string };

/** The ways in which a person can sign in. */
export type WaysToSignIn = {
  password: boolean;
  /** They signed in within the last ten minutes: no password is asked for. */
  isFresh: boolean;
  /** Each configured provider, with the account that is linked. */
  providers: Array<{ id: ProviderId; name: string; identity: IdentityView | null }>;
};

export async function waysToSignIn(
  { deployment }: Pick<IdentityDeps, 'deployment'>,
  providers: Provider[],
  self: Self,
): Promise<WaysToSignIn> {
  const { sql } = deployment;
  const identities = await identitiesOf(deployment, self.id, issuersOf(providers));
  return {
    password: await hasPassword(sql, self.id),
    isFresh: await isFresh(sql, self),
    providers: providers.map(({ config }) => {
      const identity = identities.find(({ issuer }) => issuer === config.issuer);
      return { id: config.id, name: config.name, identity: identity ?? null };
    }),
  };
}

/**
 * Throws a problem unless the person signed in a moment ago or types their password: an unattended browser must not
 * be enough to add a way in.
 */
export async function assertFreshSignIn(
  { deployment, signIn }: Pick<IdentityDeps, 'deployment' | 'signIn'>,
  self: Self,
  password: string | undefined,
): Promise<void> {
  if (await isFresh(deployment.sql, self)) return;
  if (password === undefined) throw new ProblemError(notFresh);
  if (!(await isPasswordOf(signIn, deployment.sql, self.id, password))) throw new ProblemError(wrongPassword);
}

/**
 * Links the account that a person just used at a provider. Where one of their organizations requires the provider, its
 * verified address must be that of their account, so that a stolen password adds no way into it.
 */
export async function linkToSelf(
  deps: IdentityDeps,
  provider: Provider,
  { self, actor, account }: { self: Self; actor: Actor; account: ProviderAccount },
): Promise<void> {
  const { id, name } = provider.config;
  const { sql } = deps.deployment;
  const owner = await ownerOf(sql, account);
  if (owner && owner.user.id !== self.id)
    throw new ProblemError(createProblem(409, 'identity-taken', { provider: name }));
  const isOwnAddress = account.emailVerified && account.email === self.email.toLowerCase();
  const required = isOwnAddress || owner ? null : await organizationThatRequires(sql, self.id, id);
  if (required) {
    const params = { email: self.email, account: account.email ?? '', organization: required };
    throw new ProblemError(createProblem(403, 'identity-other-address', params));
  }
  const identityId =
    owner?.identityId ?? (await linkIdentity(sql, { userId: self.id, provider: id, account }));
  if (!identityId) throw new ProblemError(createProblem(409, 'identity-already-linked', { provider: name }));
  await noteUse(sql, identityId, account);
  // They have just used it: organizations that require the provider open.
  await sql.updateTable('session').set({ identityId }).where('id', '=', self.sessionId).execute();
  if (owner) return;
  const after = { provider: name, account: account.email };
  await auditInEveryInstance(deps, actor, { action: 'user.identity-linked', subject: self.email, after });
}

/** Unlinks a provider's account, unless it is the only way in or required; sessions begun with it end. Throws a problem. */
export async function unlinkFromSelf(
  deps: IdentityDeps,
  providers: Provider[],
  { self, actor, provider }: { self: Self; actor: Actor; provider: Provider },
): Promise<void> {
  const { name, issuer, id } = provider.config;
  const unlinked = await inTransaction(deps.deployment, async (sql) => {
    // Of two requests at the same moment the second sees what the first left.
    await sql.selectFrom('users').where('id', '=', self.id).select('id').forUpdate().execute();
    const identities = await identitiesOf({ sql }, self.id, issuersOf(providers));
    const identity = identities.find((one) => one.issuer === issuer);
    if (!identity) throw new ProblemError(createProblem(404, 'no-such-identity', { provider: name }));
    const organization = await organizationThatRequires(sql, self.id, id);
    if (organization) {
      throw new ProblemError(createProblem(409, 'identity-required', { provider: name, organization }));
    }
    if (identities.length === 1 && !(await hasPassword(sql, self.id))) {
      throw new ProblemError(createProblem(409, 'last-way-to-sign-in', { provider: name }));
    }
    await endSessions(sql, self.id, { begunWith: identity.id, except: self.sessionId });
    await sql.deleteFrom('signInIdentity').where('id', '=', identity.id).execute();
    return identity;
  });
  const before = { provider: name, account: unlinked.email };
  await auditInEveryInstance(deps, actor, { action: 'user.identity-unlinked', subject: self.email, before });
}

async function isFresh(sql: Kysely<Schema>, { sessionId }: Self): Promise<boolean> {
  const session = await sql
    .selectFrom('session')
    .where('id', '=', sessionId)
    .select('createdAt')
    .executeTakeFirst();
  return session !== undefined && session.createdAt.getTime() > Date.now() - freshMs;
}

const issuersOf = (providers: Provider[]) => providers.map(({ config }) => config.issuer);
const notFresh = createProblem(403, 'sign-in-not-fresh');
