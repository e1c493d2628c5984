import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Deployment } from '../database/connect.ts';
import type { Secrets } from '../secrets.ts';
import { cookiePrefix, ipHeader, sessionSeconds, signInPath } from './better-auth-names.ts';
import { secretVersion } from './better-auth-secrets.ts';
import { passwordLength } from './passwords.ts';

/** The part of a pino log that better-auth's lines are written to. */
type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>;

export type BetterAuth = ReturnType<typeof openBetterAuth>;

/** Nobody can sign up: users are invited by an admin, or created by the bootstrap link. */
export function openBetterAuth(
  deployment: Deployment,
  options: { url: string; secrets: Secrets },
  log: Log | null,
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
      expiresIn: sessionSeconds,
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
      cookiePrefix,
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
