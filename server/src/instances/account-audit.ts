import type { AuditAction } from '../audit/actions.ts';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { membershipsOf } from './instances.ts';

type Deps = { deployment: Deployment; database: Database };
export type Account = { id: string; name: string; email: string };

/** Records a user's change of their own account in the audit log of each of their instances. */
export async function auditInEveryInstance(
  { deployment, database }: Deps,
  actor: Actor,
  entry: Parameters<typeof audit>[2],
): Promise<void> {
  for (const { id } of await membershipsOf(deployment, actor.id)) {
    await database.inInstance(id, async (tx) => {
      await audit(tx, actor, entry);
      recordEvent(tx, { type: 'people.changed', data: { userId: actor.id } }, actor.id);
    });
  }
}

/** Who else than the user is recorded; who tried in vain is unknown. */
const otherActors = { nobody: '', operator: 'Operator', google: 'Google' };

/** How somebody passed the second step, as the audit log shows it. */
export type SecondStep = 'app' | 'backup code' | 'trusted browser';

/** Records that a user signed in or out, or that somebody tried to, in the audit log of each of their instances. */
export async function recordSignIn(
  { deployment, database }: Deps,
  { id, name, email }: Account,
  entry: {
    action: AuditAction;
    ip: string | null;
    by?: keyof typeof otherActors;
    secondStep?: SecondStep | null;
    /** The provider they signed in with, as its button calls it; left out for a password. */
    provider?: string;
  },
): Promise<void> {
  const { action, ip, by, secondStep, provider } = entry;
  const actor = by ? { id: null, name: otherActors[by] } : { id, name };
  const after = provider ? { after: { provider } } : secondStep ? { after: { secondStep } } : {};
  for (const { id: instanceId } of await membershipsOf(deployment, id)) {
    await database.inInstance(instanceId, (tx) =>
      audit(tx, { ...actor, ipAddress: ip }, { action, subject: email, ...after }),
    );
  }
}

/** The account with this address; null if there is none. */
export async function accountOf({ sql }: Pick<Deployment, 'sql'>, email: string): Promise<Account | null> {
  const account = await sql
    .selectFrom('users')
    .where('email', '=', email.toLowerCase())
    .select(['id', 'name', 'email'])
    .executeTakeFirst();
  return account ?? null;
}

/** The account whose second step is under way, by the identifier in better-auth's cookie. */
export async function accountInSecondStep({ sql }: Deployment, identifier: string): Promise<Account | null> {
  const found = await sql
    .selectFrom('verification')
    .where('identifier', '=', identifier)
    .where('expiresAt', '>', new Date())
    .select('value as userId')
    .executeTakeFirst();
  if (!found) return null;
  const account = await sql
    .selectFrom('users')
    .where('id', '=', found.userId)
    .select(['id', 'name', 'email'])
    .executeTakeFirst();
  return account ?? null;
}
