import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql as raw } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { assignRole, createInstance, slugOf } from './instances.ts';
import { findPasswordProblem } from './passwords.ts';
import { createUser, type SignIn } from './sign-in.ts';

/**
 * The token of the link that creates the first admin. Every process of a deployment derives the same one from
 * its secret. It is invalid once a user exists.
 */
export function bootstrapTokenFor(secret: string): string {
  return createHmac('sha256', secret).update('postroom: the first admin').digest('base64url');
}

/** Throws a problem if the token is wrong or a user exists. */
export async function verifyBootstrapToken(
  { sql }: Pick<Deployment, 'sql'>,
  token: string,
  given: string,
): Promise<void> {
  const [wanted, actual] = [Buffer.from(token), Buffer.from(given)];
  const fits = wanted.length === actual.length && timingSafeEqual(wanted, actual);
  const user = fits ? await sql.selectFrom('users').select('id').limit(1).executeTakeFirst() : null;
  if (!fits || user) throw new ProblemError(bootstrapLinkInvalid);
}

/**
 * Creates the first admin and an instance. Of two calls at the same moment one succeeds; the other throws a
 * problem.
 */
export async function createFirstAdminByLink(
  { deployment, signIn }: { deployment: Deployment; signIn: SignIn },
  { token, given }: { token: string; given: string },
  wanted: { name: string; email: string; password: string; instance: string },
): Promise<{ slug: string }> {
  const passwordError = await findPasswordProblem(wanted.password, wanted);
  return inTransaction(deployment, async (sql) => {
    await raw`select pg_advisory_xact_lock(hashtextextended('the first admin', 0))`.execute(sql);
    await verifyBootstrapToken({ sql }, token, given);
    if (passwordError) throw new ProblemError(passwordError);
    const slug = slugOf(wanted.instance);
    const instance = await createInstance({ sql }, { slug, name: wanted.instance, kind: 'production' });
    const user = await createUser({ signIn, sql }, wanted);
    await assignRole({ sql }, { instanceId: instance.id, userId: user.id, role: 'admin' });
    return { slug };
  });
}

const bootstrapLinkInvalid = createProblem(404, 'bootstrap-link-invalid');
