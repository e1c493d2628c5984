import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { Secrets } from '../secrets.ts';
import type { BetterAuth, openBetterAuth } from './better-auth.ts';

/** Sign-in with email and password, and browser sessions, by better-auth. */
export type SignIn = {
  /** Loaded at its first use: to read a session, which all other requests do, it is not needed (sessions.ts). */
  betterAuth(): Promise<BetterAuth>;
  /** The public address, and the secret that cookies are signed with. */
  url: string;
  secret: string;
};

export function openSignIn(
  deployment: Deployment,
  { url, secrets }: { url: string; secrets: Secrets },
  log: Parameters<typeof openBetterAuth>[2] = null,
): SignIn {
  const open = async () =>
    (await import('./better-auth.ts')).openBetterAuth(deployment, { url, secrets }, log);
  let opened: Promise<BetterAuth> | null = null;
  return {
    betterAuth() {
      opened ??= open();
      return opened;
    },
    url,
    secret: secrets[0],
  };
}

/**
 * Begins a session with an identity; returns the values of its Set-Cookie headers. `headers`: those of the request, for
 * the address and browser of the session.
 */
export async function startSession(
  signIn: SignIn,
  { userId, identityId, headers }: { userId: string; identityId: string; headers: Headers },
): Promise<string[]> {
  const { api } = await signIn.betterAuth();
  const answer = await api.startSession({ body: { userId, identityId }, headers, asResponse: true });
  return answer.headers.getSetCookie();
}

/** Whether the secrets open what a user's second step is verified with; true for a user without one. */
export async function isSecondStepReadable(
  signIn: SignIn,
  { sql }: Pick<Deployment, 'sql'>,
  userId: string,
): Promise<boolean> {
  const row = await sql
    .selectFrom('twoFactor')
    .where('userId', '=', userId)
    .select(['secret', 'backupCodes'])
    .executeTakeFirst();
  if (!row) return true;
  const { symmetricDecrypt } = await import('better-auth/crypto');
  const { secretConfig: key } = await contextOf(signIn);
  const opened = [row.secret, row.backupCodes].map((data) => symmetricDecrypt({ key, data }));
  return Promise.all(opened).then(
    () => true,
    () => false,
  );
}

/**
 * Creates a user, without a password (null) who signs in with a provider, or returns the id of the user with this email address. `sql` may be a
 * transaction, which must not be bound to an instance.
 */
export async function createUser(
  { signIn, sql }: { signIn: SignIn; sql: Kysely<Schema> },
  user: { email: string; name: string; password: string | null },
): Promise<{ id: string; created: boolean }> {
  const email = user.email.toLowerCase();
  const inserted = await sql
    .insertInto('users')
    .values({ id: uuid(), email, name: user.name, emailVerified: true, image: null })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) {
    const { id } = await sql
      .selectFrom('users')
      .where('email', '=', email)
      .select('id')
      .executeTakeFirstOrThrow();
    return { id, created: false };
  }
  const { id } = inserted;
  if (user.password !== null) await storePassword(sql, id, await hashPassword(signIn, user.password));
  return { id, created: true };
}

/** Stores the hash of a password, of a user with or without one. */
export async function storePassword(sql: Kysely<Schema>, userId: string, hash: string): Promise<void> {
  const password = { password: hash, updatedAt: new Date() };
  const changed = await sql
    .updateTable('credential')
    .set(password)
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .returning('id')
    .executeTakeFirst();
  if (changed) return;
  await sql
    .insertInto('credential')
    .values({ id: uuid(), userId, accountId: userId, providerId: 'credential', ...password })
    .execute();
}

/** Whether a user can sign in with a password. */
export async function hasPassword(sql: Kysely<Schema>, userId: string): Promise<boolean> {
  const credential = await sql
    .selectFrom('credential')
    .where('userId', '=', userId)
    .where('password', 'is not', null)
    .select('id')
    .executeTakeFirst();
  return credential !== undefined;
}

/** Hashes with better-auth's algorithm (scrypt). */
export async function hashPassword(signIn: SignIn, password: string): Promise<string> {
  return (await contextOf(signIn)).password.hash(password);
}

/** Whether this is the user's password. */
export async function isPasswordOf(
  signIn: SignIn,
  sql: Kysely<Schema>,
  userId: string,
  password: string,
): Promise<boolean> {
  const credential = await sql
    .selectFrom('credential')
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .select('password')
    .executeTakeFirst();
  if (!credential?.password) return false;
  return (await contextOf(signIn)).password.verify({ hash: credential.password, password });
}

async function contextOf(signIn: SignIn) {
  return (await signIn.betterAuth()).$context;
}
