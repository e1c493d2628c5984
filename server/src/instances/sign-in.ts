import { createHash } from 'node:crypto';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { Secrets } from '../secrets.ts';
import { passwordLength } from './passwords.ts';

/** Sign-in with email and password, and browser sessions, by better-auth. */
export type SignIn = ReturnType<typeof openSignIn>;

/** The base path of better-auth's routes. */
export const signInPath = '/api/auth';

/** The part of a pino log that better-auth's lines are written to. */
type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>;

/** Nobody can sign up: users are invited by an admin, or created by the bootstrap link. */
export function openSignIn(
  deployment: Deployment,
  options: { url: string; secrets: Secrets },
  log: Log | null = null,
) {
  return betterAuth({
    database: deployment.pool,
    secrets: options.secrets.map((value) => ({ version: secretVersion(value), value })),
    // For what was sealed before secrets had versions; the start seals it again (reseal.ts).
    secret: options.secrets.at(-1)!,
    baseURL: options.url,
    basePath: signInPath,
    trustedOrigins: [options.url],
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      disabled: !log,
      log: (level, message, ...details) => writeLine(log, level, message, details),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      // Passwords set before a rule was added keep working, whatever their length.
      maxPasswordLength: 256,
    },
    // rate-limit.ts counts in the database: for all processes, and by account as well.
    rateLimit: { enabled: false },
    plugins: [
      startSessionPlugin,
      twoFactor({
        issuer: 'Postroom',
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'two_factor',
            fields: {
              userId: 'user_id',
              backupCodes: 'backup_codes',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
    ],
    session: {
      modelName: 'session',
      expiresIn: 30 * 24 * 3600,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // How the session was begun (identities/): set by us alone.
      additionalFields: {
        identityId: { type: 'string', required: false, input: false, fieldName: 'identity_id' },
      },
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      // Changed by our own route.
      additionalFields: { language: { type: 'string', required: false, input: false } },
    },
    account: {
      modelName: 'credential',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'postroom',
      useSecureCookies: options.url.startsWith('https:'),
      // Set by routes/account/sign-in.ts from the connection; a value sent by a client is overwritten.
      ipAddress: { ipAddressHeaders: [ipHeader] },
      database: { generateId: () => uuid() },
    },
  });
}

/** A route of better-auth that only this program calls: it begins a session for somebody whom a provider vouched for. */
const startSessionPlugin = {
  id: 'start-session',
  endpoints: {
    startSession: createAuthEndpoint(
      '/start-session',
      {
        method: 'POST',
        body: z.object({ userId: z.string(), identityId: z.string() }),
        metadata: { SERVER_ONLY: true },
      },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const { userId, identityId } = ctx.body;
        const user = await internalAdapter.findUserById(userId);
        if (!user) throw new Error('The user of an identity is gone');
        const session = await internalAdapter.createSession(userId, false, { identityId });
        await setSessionCookie(ctx, { session, user });
        return ctx.json({});
      },
    ),
  },
} satisfies BetterAuthPlugin;

/**
 * Begins a session with an identity; returns the values of its Set-Cookie headers. `headers`: those of the request, for
 * the address and browser of the session.
 */
export async function startSession(
  signIn: SignIn,
  { userId, identityId, headers }: { userId: string; identityId: string; headers: Headers },
): Promise<string[]> {
  const answer = await signIn.api.startSession({ body: { userId, identityId }, headers, asResponse: true });
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
  const { secretConfig: key } = await signIn.$context;
  const opened = [row.secret, row.backupCodes].map((data) => symmetricDecrypt({ key, data }));
  return Promise.all(opened).then(
    () => true,
    () => false,
  );
}

/** How everything begins that better-auth encrypts with this secret. */
export function encryptedPrefix([current]: Secrets): string {
  return `$ba$${secretVersion(current)}$`;
}

/**
 * Encrypts a value of better-auth with the current secret; null if none of the secrets opens it. Before secrets had
 * versions, a value did not say which one encrypted it.
 */
export async function encryptAgain(value: string, secrets: Secrets): Promise<string | null> {
  const keys = new Map(secrets.map((secret) => [secretVersion(secret), secret]));
  const currentVersion = secretVersion(secrets[0]);
  for (const legacySecret of secrets) {
    const key = { keys, currentVersion, legacySecret };
    const data = await symmetricDecrypt({ key, data: value }).catch(() => null);
    if (data !== null) return symmetricEncrypt({ key, data });
  }
  return null;
}

/** The number by which better-auth finds the secret that sealed something: it must not depend on their order. */
function secretVersion(secret: string): number {
  return createHash('sha256').update(`version ${secret}`).digest().readUIntBE(0, 4);
}

/**
 * Writes a line of better-auth in the form of the log. To better-auth a mistyped password is an error; here a
 * line without an exception is a warning. Other details are left out: they may hold what somebody typed.
 */
function writeLine(
  log: Log | null,
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  details: unknown[],
): void {
  const err = details.find((detail) => detail instanceof Error);
  const fields = { from: 'better-auth', ...(err && { err }) };
  log?.[level === 'error' && !err ? 'warn' : level](fields, message);
}

/** The header that passes a request's IP address to better-auth. */
export const ipHeader = 'x-postroom-client';

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
  return (await signIn.$context).password.hash(password);
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
  return (await signIn.$context).password.verify({ hash: credential.password, password });
}
