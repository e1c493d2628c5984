import type { Kysely } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { asDeployment, type InstanceTransaction } from '../database/instance-transaction.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { type Account, accountOf } from './account-audit.ts';
import { endSessions, endTrustedDevices } from './end-sign-ins.ts';
import { noSuchMember } from './members.ts';
import { findPasswordProblem } from './passwords.ts';
import { hashPassword, type SignIn, storePassword } from './sign-in.ts';
import { hashOf, newToken } from './tokens.ts';

/** How long a link is valid (ms): handed over by an admin, printed for the operator, sent by mail. */
const validityMs = { handed: 24 * 3_600_000, printed: 3_600_000, sent: 3_600_000 };

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
    await lockUser(tx.sql, userId);
    await assertAdminOfAllInstances(tx, userId, actor);
    await deleteLinks(tx.sql, userId);
    return storeLink(tx.sql, userId, new Date(now.getTime() + validityMs.handed));
  });
  await audit(tx, actor, { action: 'user.password-link-created', subject: member.email });
  return link;
}

/**
 * An account opens all its instances, so the admin must be an admin of each. One in which the person is
 * deactivated counts, since they can be given access to it again.
 */
async function assertAdminOfAllInstances(
  tx: InstanceTransaction,
  userId: string,
  actor: Actor,
): Promise<void> {
  const otherInstance = await tx.sql
    .selectFrom('membership as theirs')
    .innerJoin('instance', 'instance.id', 'theirs.instanceId')
    .where('theirs.userId', '=', userId)
    .where('instance.deletedAt', 'is', null)
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
    return turnTwoFactorOff(tx.sql, userId);
  });
  if (!disabled) return;
  await audit(tx, actor, { action: 'user.two-factor-reset', subject: member.email });
  recordEvent(tx, { type: 'people.changed', data: { userId } }, actor.id);
}

/** Turns two-factor authentication off; false if it was off. */
async function turnTwoFactorOff(sql: Kysely<Schema>, userId: string): Promise<boolean> {
  await sql.deleteFrom('twoFactor').where('userId', '=', userId).execute();
  await endTrustedDevices(sql, userId);
  const disabled = await sql
    .updateTable('users')
    .set({ twoFactorEnabled: false })
    .where('id', '=', userId)
    .where('twoFactorEnabled', '=', true)
    .returning('id')
    .executeTakeFirst();
  return disabled !== undefined;
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

/**
 * Creates a link to send to a user by mail, which lies in a mailbox of their instance. Null if no user has this
 * address, and for a member of several instances: whoever reads a mailbox of one would get into the others.
 * Anybody may ask for it, so links given before stay valid.
 */
export async function createPasswordLinkByEmail(
  deployment: Deployment,
  email: string,
  now: Date,
): Promise<{ token: string; account: Account; language: string | null; instanceId: string } | null> {
  return inTransaction(deployment, async (sql) => {
    const user = await sql
      .selectFrom('users')
      .where('email', '=', email.toLowerCase())
      .select(['id', 'name', 'email', 'language'])
      .forUpdate()
      .executeTakeFirst();
    if (!user) return null;
    const [membership, another] = await sql
      .selectFrom('membership')
      .innerJoin('instance', 'instance.id', 'membership.instanceId')
      .where('membership.userId', '=', user.id)
      .where('instance.deletedAt', 'is', null)
      .select(['membership.instanceId', 'membership.deactivatedAt'])
      .execute();
    if (!membership || membership.deactivatedAt || another) return null;
    const { token } = await storeLink(sql, user.id, new Date(now.getTime() + validityMs.sent));
    const { language, ...account } = user;
    return { token, account, language, instanceId: membership.instanceId };
  });
}

/**
 * Creates a link for the operator to hand over to any user; earlier links become invalid. `twoFactor` turns
 * the second step off as well. Null if no user has this address.
 */
export async function createPasswordLinkByOperator(
  deployment: Deployment,
  { email, twoFactor, now }: { email: string; twoFactor: boolean; now: Date },
): Promise<{ token: string; expiresAt: Date; account: Account; twoFactorOff: boolean } | null> {
  const account = await accountOf(deployment, email);
  if (!account) return null;
  return inTransaction(deployment, async (sql) => {
    await lockUser(sql, account.id);
    await deleteLinks(sql, account.id);
    const twoFactorOff = twoFactor && (await turnTwoFactorOff(sql, account.id));
    const link = await storeLink(sql, account.id, new Date(now.getTime() + validityMs.printed));
    return { ...link, account, twoFactorOff };
  });
}

/** Until the end of the transaction, the user joins no other instance (a membership refers to their row). */
async function lockUser(sql: Kysely<Schema>, userId: string): Promise<void> {
  await sql.selectFrom('users').where('id', '=', userId).select('id').forUpdate().execute();
}

async function storeLink(sql: Kysely<Schema>, userId: string, expiresAt: Date) {
  const { token, hash } = newToken();
  await sql
    .deleteFrom('passwordLink')
    .where('userId', '=', userId)
    .where('expiresAt', '<=', new Date())
    .execute();
  await sql.insertInto('passwordLink').values({ tokenHash: hash, userId, expiresAt }).execute();
  return { token, expiresAt };
}

async function deleteLinks(sql: Kysely<Schema>, userId: string): Promise<void> {
  await sql.deleteFrom('passwordLink').where('userId', '=', userId).execute();
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

/**
 * Sets a new password with a link, which works once. Every session of the user ends, every browser needs the
 * second step again, and their other links become invalid.
 */
export async function setPasswordByLink(
  { deployment, signIn }: { deployment: Deployment; signIn: SignIn },
  { token, password }: { token: string; password: string },
): Promise<Account> {
  const hash = await hashPassword(signIn, password);
  return inTransaction(deployment, async (sql) => {
    const owner = await ownerOfLink({ sql }, token);
    const passwordError = await findPasswordProblem(password, owner);
    if (passwordError) throw new ProblemError(passwordError);
    const used = await sql
      .deleteFrom('passwordLink')
      .where('tokenHash', '=', hashOf(token))
      .returning('userId')
      .executeTakeFirst();
    if (!used) throw new ProblemError(passwordLinkInvalid);
    await storePassword(sql, owner.id, hash);
    await deleteLinks(sql, owner.id);
    await endSessions(sql, owner.id, 'all');
    return owner;
  });
}

const passwordLinkInvalid = createProblem(404, 'password-link-invalid');
const memberOfOtherInstances = createProblem(409, 'member-of-other-organizations');
