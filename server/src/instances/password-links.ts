import type { Kysely } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { asDeployment, type InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchMember } from './members.ts';
import { passwordProblem } from './passwords.ts';
import { hashPassword, type SignIn } from './sign-in.ts';
import { hashOf, newToken } from './tokens.ts';

/** How long a link is valid (ms): one given by an admin, and one sent by mail. */
const validityMs = { handed: 24 * 3_600_000, sent: 3_600_000 };

/**
 * Creates a link with which a member sets a new password; earlier links become invalid. Throws a problem for
 * a member of another instance that this admin does not administer, since the link opens that one too.
 */
export async function createPasswordLink(
  tx: InstanceTransaction,
  { userId, actor, now }: { userId: string; actor: Actor; now: Date },
): Promise<{ token: string; expiresAt: Date }> {
  const member = await memberOf(tx, userId);
  const link = await asDeployment(tx, async () => {
    await assertAdminOfAllInstances(tx, userId, actor);
    return storeLink(tx.sql, userId, new Date(now.getTime() + validityMs.handed));
  });
  await audit(tx, actor, { action: 'user.password-link-created', subject: member.email });
  return link;
}

/** An account opens all its instances, so the admin must be an admin of each. */
async function assertAdminOfAllInstances(
  tx: InstanceTransaction,
  userId: string,
  actor: Actor,
): Promise<void> {
  const otherInstance = await tx.sql
    .selectFrom('membership as theirs')
    .where('theirs.userId', '=', userId)
    .where('theirs.deactivatedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('membership as own')
            .whereRef('own.instanceId', '=', 'theirs.instanceId')
            .where('own.userId', '=', actor.id)
            .where('own.role', '=', 'admin')
            .where('own.deactivatedAt', 'is', null)
            .select('own.userId'),
        ),
      ),
    )
    .select('theirs.instanceId')
    .executeTakeFirst();
  if (otherInstance) throw new ProblemError(memberOfOtherInstances);
}

/**
 * Turns two-factor authentication off for a member who lost the app and the backup codes. Throws the same
 * problem as a password link; if it is off, nothing changes.
 */
export async function resetTwoFactor(
  tx: InstanceTransaction,
  { userId, actor }: { userId: string; actor: Actor },
): Promise<void> {
  const member = await memberOf(tx, userId);
  const disabled = await asDeployment(tx, async () => {
    await assertAdminOfAllInstances(tx, userId, actor);
    await tx.sql.deleteFrom('twoFactor').where('userId', '=', userId).execute();
    return tx.sql
      .updateTable('users')
      .set({ twoFactorEnabled: false })
      .where('id', '=', userId)
      .where('twoFactorEnabled', '=', true)
      .returning('id')
      .executeTakeFirst();
  });
  if (!disabled) return;
  await audit(tx, actor, { action: 'user.two-factor-reset', subject: member.email });
  recordEvent(tx, { type: 'people.changed', data: { userId } }, actor.id);
}

async function memberOf(tx: InstanceTransaction, userId: string): Promise<{ email: string }> {
  const member = await tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .where('membership.userId', '=', userId)
    .select('users.email')
    .executeTakeFirst();
  if (!member) throw new ProblemError(noSuchMember);
  return member;
}

/** Creates a link to send to a user by mail; null if no user with access has this address. */
export async function createPasswordLinkByEmail(
  deployment: Deployment,
  email: string,
  now: Date,
): Promise<{
  token: string;
  userId: string;
  name: string;
  email: string;
  language: string | null;
  instanceIds: string[];
} | null> {
  const rows = await deployment.sql
    .selectFrom('users')
    .innerJoin('membership', 'membership.userId', 'users.id')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .where('users.email', '=', email.toLowerCase())
    .where('membership.deactivatedAt', 'is', null)
    .where('instance.deletedAt', 'is', null)
    .select(['users.id', 'users.name', 'users.email', 'users.language', 'membership.instanceId'])
    .execute();
  const [user] = rows;
  if (!user) return null;
  const { token } = await storeLink(deployment.sql, user.id, new Date(now.getTime() + validityMs.sent));
  const { id: userId, name, email: address, language } = user;
  return {
    token,
    userId,
    name,
    email: address,
    language,
    instanceIds: rows.map(({ instanceId }) => instanceId),
  };
}

async function storeLink(sql: Kysely<Schema>, userId: string, expiresAt: Date) {
  const { token, hash } = newToken();
  await sql.deleteFrom('passwordLink').where('userId', '=', userId).execute();
  await sql.insertInto('passwordLink').values({ tokenHash: hash, userId, expiresAt }).execute();
  return { token, expiresAt };
}

/** The user of a link. Throws a problem if the link is invalid. */
export async function ownerOfLink({ sql }: Pick<Deployment, 'sql'>, token: string) {
  const owner = await sql
    .selectFrom('passwordLink')
    .innerJoin('users', 'users.id', 'passwordLink.userId')
    .where('tokenHash', '=', hashOf(token))
    .where('expiresAt', '>', new Date())
    .select(['users.id', 'users.name', 'users.email'])
    .executeTakeFirst();
  if (!owner) throw new ProblemError(passwordLinkInvalid);
  return owner;
}

/** Sets a new password with a link, which works once, and ends every session of the user. */
export async function setPasswordByLink(
  { deployment, signIn }: { deployment: Deployment; signIn: SignIn },
  { token, password }: { token: string; password: string },
): Promise<{ id: string; name: string; email: string }> {
  const hash = await hashPassword(signIn, password);
  return deployment.sql.transaction().execute(async (sql) => {
    const owner = await ownerOfLink({ sql }, token);
    const passwordError = passwordProblem(password, owner);
    if (passwordError) throw new ProblemError(passwordError);
    const used = await sql
      .deleteFrom('passwordLink')
      .where('tokenHash', '=', hashOf(token))
      .returning('userId')
      .executeTakeFirst();
    if (!used) throw new ProblemError(passwordLinkInvalid);
    await storePassword(sql, owner.id, hash);
    await sql.deleteFrom('session').where('userId', '=', owner.id).execute();
    return owner;
  });
}

/** Stores the hash of a new password. */
export async function storePassword(sql: Kysely<Schema>, userId: string, hash: string): Promise<void> {
  await sql
    .updateTable('credential')
    .set({ password: hash, updatedAt: new Date() })
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .execute();
}

const passwordLinkInvalid = createProblem(404, 'password-link-invalid');
const memberOfOtherInstances = createProblem(409, 'member-of-other-organizations');
