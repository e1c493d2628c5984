import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql as raw } from 'kysely';
import type { Role } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import { prepared } from '../database/prepared-statements.ts';
import { cookiePrefix, sessionSeconds } from './better-auth-names.ts';
import { dropSession } from './end-sign-ins.ts';
import { type MissingSignIn, satisfied } from './instances.ts';
import { readCookie } from './read-cookie.ts';
import type { SignIn } from './sign-in.ts';

/** An open session and whose it is. */
export type OpenSession = {
  id: string;
  user: { id: string; name: string; email: string; twoFactor: boolean; language: string | null };
  /** The user's role in an instance, and what it requires of their session; null without an instance or if they are no member. */
  access: { role: Role; requires: MissingSignIn } | null;
};

/**
 * The session that a Cookie header names, as better-auth would read it: it takes two statements for that, and the access to
 * the instance would be a third. Null without one that is open.
 */
export async function findSession(
  deployment: Deployment,
  { url, secret }: Pick<SignIn, 'url' | 'secret'>,
  { cookie, instanceId = null }: { cookie: string | undefined; instanceId?: string | null },
): Promise<OpenSession | null> {
  const secure = url.startsWith('https:') ? '__Secure-' : '';
  const cookieOf = (name: string) => readCookie(cookie, `${secure}${cookiePrefix}.${name}`);
  const token = signedValue(cookieOf('session_token'), secret);
  const [found] = token === null ? [] : await sessionOfToken(deployment, { token, instanceId });
  if (!found) return null;
  const { id, expiresAt, userId, name, email, twoFactorEnabled, language, role, requires } = found;
  const remaining = expiresAt.getTime() - Date.now();
  if (remaining < 0) {
    await dropSession(deployment, id, userId);
    return null;
  }
  // Who did not want to be remembered has a shorter session, which better-auth does not extend either.
  if (remaining < extendedBelowMs && cookieOf('dont_remember') === null) await extend(deployment, id);
  const user = { id: userId, name, email, twoFactor: twoFactorEnabled === true, language };
  return { id, user, access: role && { role, requires } };
}

/** A session is extended once a day. */
const extendedBelowMs = (sessionSeconds - 24 * 3600) * 1_000;

async function extend({ sql }: Deployment, sessionId: string): Promise<void> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + sessionSeconds * 1_000);
  await sql.updateTable('session').set({ expiresAt, updatedAt: now }).where('id', '=', sessionId).execute();
}

/** The value of a cookie that better-auth has signed: `value.signature`, an HMAC with SHA-256 in Base64. */
function signedValue(cookie: string | null, secret: string): string | null {
  const [, value, signature] = /^(.+)\.([A-Za-z0-9+/]{43}=)$/.exec(cookie ?? '') ?? [];
  if (value === undefined || signature === undefined) return null;
  const expected = createHmac('sha256', secret).update(value).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'base64')) ? value : null;
}

const sessionOfToken = prepared((db, { token, instanceId }: { token: string; instanceId: string | null }) =>
  db
    .selectFrom('session')
    .innerJoin('users', 'users.id', 'session.userId')
    .leftJoin('membership', (join) =>
      join
        .onRef('membership.userId', '=', 'users.id')
        .on('membership.instanceId', '=', instanceId)
        .on('membership.deactivatedAt', 'is', null),
    )
    .leftJoin('instance', (join) =>
      join.onRef('instance.id', '=', 'membership.instanceId').on('instance.deletedAt', 'is', null),
    )
    .leftJoin('instanceSetting as setting', 'setting.instanceId', 'instance.id')
    .leftJoin('signInIdentity as i', 'i.id', 'session.identityId')
    .where('session.token', '=', token)
    .select(['session.id', 'session.expiresAt', 'session.userId', 'users.name', 'users.email'])
    .select(['users.twoFactorEnabled', 'users.language'])
    .select([
      raw<Role | null>`case when instance.id is not null then membership.role end`.as('role'),
      raw<MissingSignIn>`case when not coalesce(${satisfied}, false) then setting.required_sign_in end`.as(
        'requires',
      ),
    ]),
);
