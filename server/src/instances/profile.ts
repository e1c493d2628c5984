import { sql as text } from 'kysely';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { type Order, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { auditInEveryInstance, recordSignIn } from './account-audit.ts';
import { endSessions } from './end-sign-ins.ts';
import { findPasswordProblem } from './passwords.ts';
import { hashPassword, hasPassword, isPasswordOf, type SignIn, storePassword } from './sign-in.ts';

type Deps = { deployment: Deployment; database: Database; signIn: SignIn };

/** Changes the name that colleagues see, and customers where a mailbox is set so. */
export async function changeName(
  deps: Pick<Deps, 'deployment' | 'database'>,
  { actor, email, name }: { actor: Actor; email: string; name: string },
): Promise<void> {
  if (name === actor.name) return;
  await deps.deployment.sql
    .updateTable('users')
    .set({ name, updatedAt: new Date() })
    .where('id', '=', actor.id)
    .execute();
  const change = { before: { name: actor.name }, after: { name } };
  await auditInEveryInstance(deps, actor, { action: 'user.renamed', subject: email, ...change });
}

/** Stores the language a user reads Postroom in; mail from Postroom itself to them is written in it. */
export async function saveLanguage({ sql }: Deployment, userId: string, language: string): Promise<void> {
  await sql.updateTable('users').set({ language }).where('id', '=', userId).execute();
}

/**
 * Changes the password, or sets one where there is none, and ends every other session. `current` is null where the
 * caller knows the person in another way, and is refused then if there is a password. Throws a problem.
 */
export async function changePassword(
  deps: Deps,
  {
    actor,
    email,
    sessionId,
    current,
    password,
  }: { actor: Actor; email: string; sessionId: string; current: string | null; password: string },
): Promise<void> {
  const { deployment, signIn } = deps;
  const isKnown =
    current === null
      ? !(await hasPassword(deployment.sql, actor.id))
      : await isPasswordOf(signIn, deployment.sql, actor.id, current);
  if (!isKnown) throw new ProblemError(wrongPassword);
  const passwordError = await findPasswordProblem(password, { name: actor.name, email });
  if (passwordError) throw new ProblemError(passwordError);
  const hash = await hashPassword(signIn, password);
  await inTransaction(deployment, async (sql) => {
    await storePassword(sql, actor.id, hash);
    await sql.deleteFrom('passwordLink').where('userId', '=', actor.id).execute();
    await endSessions(sql, actor.id, { except: sessionId });
  });
  await auditInEveryInstance(deps, actor, { action: 'user.password-changed', subject: email });
}

export type SessionView = {
  id: string;
  createdAt: Date;
  /** When it was last renewed; in use, at most a day ago. */
  seenAt: Date;
  ipAddress: string | null;
  userAgent: string | null;
  /** The session of this request. */
  current: boolean;
};

/** A page of a user's sessions: the current one first, then by last use. */
export async function sessionsOf(
  { sql }: Deployment,
  user: { id: string; sessionId: string },
  page: PageRequest,
): Promise<Page<SessionView>> {
  const query = sql
    .selectFrom('session')
    .where('userId', '=', user.id)
    .where('expiresAt', '>', new Date())
    .select(['id', 'createdAt', 'updatedAt as seenAt', 'ipAddress', 'userAgent']);
  const order: Order = {
    by: [
      [text<boolean>`(id = ${user.sessionId})`, 'boolean'],
      ['updatedAt', 'time'],
      ['id', 'uuid'],
    ],
    direction: 'desc',
  };
  const { rows, next } = await selectPage(query, order, page);
  return { rows: rows.map((row) => ({ ...row, current: row.id === user.sessionId })), next };
}

/** Ends one session of a user, or all but the current one (null). */
export async function revokeSessions(
  deps: Pick<Deps, 'deployment' | 'database'>,
  { actor, email, current }: { actor: Actor; email: string; current: string },
  sessionId: string | null,
): Promise<void> {
  await inTransaction(deps.deployment, (sql) =>
    endSessions(sql, actor.id, sessionId ? { only: sessionId } : { except: current }),
  );
  const action = sessionId ? 'user.session-ended' : 'user.signed-out-everywhere';
  await recordSignIn(deps, { ...actor, email }, { action, ip: actor.ipAddress });
}

export const wrongPassword = createProblem(403, 'wrong-password');
