import { betterAuth } from 'better-auth';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';

/** Sign-in with email and password, and browser sessions, by better-auth. */
export type SignIn = ReturnType<typeof openSignIn>;

/** Where better-auth's routes stand. */
export const signInPath = '/api/auth';

/** Nobody can sign up by themselves: users are made by an admin, or at the first start. */
export function openSignIn(deployment: Deployment, options: { url: string; secret: string }) {
  return betterAuth({
    database: deployment.pool,
    secret: options.secret,
    baseURL: options.url,
    basePath: signInPath,
    trustedOrigins: [options.url],
    telemetry: { enabled: false },
    logger: { level: 'error' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 256 },
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
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
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
      database: { generateId: () => uuid() },
    },
  });
}

/** Makes a user with a password, or answers the id of the one who has this email address already. */
export async function createUser(
  signIn: SignIn,
  user: { email: string; name: string; password: string },
): Promise<{ id: string; created: boolean }> {
  const { internalAdapter, password } = await signIn.$context;
  const email = user.email.toLowerCase();
  const existing = await internalAdapter.findUserByEmail(email);
  if (existing) return { id: existing.user.id, created: false };
  const created = await internalAdapter.createUser(
    { email, name: user.name, emailVerified: true },
    { method: 'admin' },
  );
  await internalAdapter.linkAccount({
    userId: created.id,
    accountId: created.id,
    providerId: 'credential',
    password: await password.hash(user.password),
  });
  return { id: created.id, created: true };
}
