import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';

/** The secret with which the cookies of these sessions are signed: POSTROOM_SECRET of the server. */
export const secretForSessions = 'a secret for measuring, long enough';

/** As many sessions as one user may have live streams (server/src/http/bounds.ts). */
const sessionsPerUser = 20;

/** Creates agents of an instance with open sessions by SQL; returns the cookie of each session. */
export async function createSessions(pool: pg.Pool, instanceId: string, count: number): Promise<string[]> {
  const users = Array.from({ length: Math.ceil(count / sessionsPerUser) }, () => randomUUID());
  await pool.query(
    `insert into users (id, name, email, email_verified, updated_at)
     select id, 'Agent', id || '@acme.example', true, now() from unnest($1::uuid[]) id`,
    [users],
  );
  await pool.query(
    `insert into membership (instance_id, user_id, role) select $1, id, 'agent' from unnest($2::uuid[]) id`,
    [instanceId, users],
  );
  const tokens = Array.from({ length: count }, () => randomBytes(24).toString('base64url'));
  await pool.query(
    `insert into session (id, user_id, token, expires_at, updated_at)
     select gen_random_uuid(), ($1::uuid[])[1 + (n - 1) / ${sessionsPerUser}], token, now() + interval '1 day', now()
     from unnest($2::text[]) with ordinality given (token, n)`,
    [users, tokens],
  );
  // better-auth signs the token with HMAC-SHA256 (better-auth.com/docs/concepts/cookies).
  return tokens.map((token) => {
    const signature = createHmac('sha256', secretForSessions).update(token).digest('base64');
    return `postroom.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
  });
}
