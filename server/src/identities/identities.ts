import { type Kysely, sql as raw } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { ProviderAccount, ProviderId } from './provider.ts';

/** A provider's account that a person signs in with, as they see it. */
export type IdentityView = {
  provider: ProviderId;
  /** The address at the last sign-in; null if the provider does not tell it. */
  email: string | null;
  linkedAt: Date;
  usedAt: Date;
};

/** The person of a provider's account, by issuer and `sub` alone: addresses change, and are given to others. */
export async function ownerOf(
  sql: Kysely<Schema>,
  { issuer, subject }: Pick<ProviderAccount, 'issuer' | 'subject'>,
): Promise<{ identityId: string; user: { id: string; name: string; email: string } } | null> {
  const row = await sql
    .selectFrom('signInIdentity')
    .innerJoin('users', 'users.id', 'signInIdentity.userId')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .select(['signInIdentity.id as identityId', 'users.id', 'users.name', 'users.email'])
    .executeTakeFirst();
  if (!row) return null;
  const { identityId, ...user } = row;
  return { identityId, user };
}

/** Notes a sign-in with an identity, and the address and domain that it has now. */
export async function noteUse(
  sql: Kysely<Schema>,
  identityId: string,
  { email, hostedDomain }: ProviderAccount,
): Promise<void> {
  await sql
    .updateTable('signInIdentity')
    .set({ email, hostedDomain, usedAt: new Date() })
    .where('id', '=', identityId)
    .execute();
}

/**
 * Links a provider's account to a person, who has none of this provider. Returns the identity's id; null if the account
 * or the person is linked already, also where two requests do it at the same moment.
 */
export async function linkIdentity(
  sql: Kysely<Schema>,
  { userId, provider, account }: { userId: string; provider: ProviderId; account: ProviderAccount },
): Promise<string | null> {
  const { issuer, subject, email, hostedDomain } = account;
  const row = await sql
    .insertInto('signInIdentity')
    .values({ id: uuid(), userId, provider, issuer, subject, email, hostedDomain, revokedByUsAt: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** A person's identities at these issuers. Others, of a configuration of before, are no way in. */
export async function identitiesOf(
  { sql }: Pick<Deployment, 'sql'>,
  userId: string,
  issuers: string[],
): Promise<Array<IdentityView & { id: string; issuer: string }>> {
  if (issuers.length === 0) return [];
  return sql
    .selectFrom('signInIdentity')
    .where('userId', '=', userId)
    .where('issuer', 'in', issuers)
    .select(['id', 'issuer', 'provider', 'email', 'linkedAt', 'usedAt'])
    .orderBy('linkedAt')
    .execute();
}

/** Notes that this deployment revoked every grant of a Google account, so that Google's event about it is no alarm. */
export async function noteOwnRevocation(
  { sql }: Pick<Deployment, 'sql'>,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<void> {
  await sql
    .updateTable('signInIdentity')
    .set({ revokedByUsAt: raw<Date>`now()` })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .execute();
}
