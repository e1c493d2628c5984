import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { Locks } from '../database/session-locks.ts';
import { membershipsOf } from '../instances/instances.ts';

/**
 * The mailbox of a Google account (`sub`) in the whole deployment. The only query about mailboxes that looks
 * beyond an instance (C6); its result contains no names.
 */
export async function instanceOfAccount(deployment: Deployment, sub: string): Promise<string | null> {
  const row = await deployment.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', sub)
    .where('deletedAt', 'is', null)
    .select('instanceId')
    .executeTakeFirst();
  return row?.instanceId ?? null;
}

/** The name of an instance for its members; null for everybody else. */
export async function instanceNameFor(
  deployment: Deployment,
  userId: string,
  instanceId: string | null,
): Promise<string | null> {
  if (instanceId === null) return null;
  const memberships = await membershipsOf(deployment, userId);
  return memberships.find(({ id }) => id === instanceId)?.name ?? null;
}

/** A mailbox and when its present access was granted. */
export type GrantedMailbox = { instanceId: string; mailboxId: string; grantedAt: Date };

/** The deployment's mailboxes with this account, or with the refresh token of this hash. */
export async function mailboxesOf(
  deployment: Deployment,
  subject: { kind: 'account'; sub: string } | { kind: 'token'; identifierHash: string },
): Promise<GrantedMailbox[]> {
  const all = deployment.sql
    .selectFrom('mailbox')
    .innerJoin('mailboxGrant', (join) =>
      join
        .onRef('mailboxGrant.instanceId', '=', 'mailbox.instanceId')
        .onRef('mailboxGrant.mailboxId', '=', 'mailbox.id'),
    )
    .where('mailbox.deletedAt', 'is', null)
    .select(['mailbox.instanceId', 'mailbox.id as mailboxId', 'mailboxGrant.grantedAt']);
  return subject.kind === 'account'
    ? all.where('mailbox.googleSub', '=', subject.sub).execute()
    : all
        .where(
          'mailboxGrant.tokenIdentifierHashes',
          '@>',
          sql<string[]>`array[${subject.identifierHash}]::text[]`,
        )
        .execute();
}

/** Whether another mailbox or authorisation of the deployment uses this account's grant at Google. */
export async function isAccountUsedElsewhere(
  deployment: Deployment,
  sub: string,
  except: { connectionId?: string; mailboxId?: string },
): Promise<boolean> {
  const noId = '00000000-0000-0000-0000-000000000000';
  const mailbox = await deployment.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', sub)
    .where('deletedAt', 'is', null)
    .where('id', '<>', except.mailboxId ?? noId)
    .select('id')
    .executeTakeFirst();
  if (mailbox) return true;
  const connection = await deployment.sql
    .selectFrom('connection')
    .where('googleSub', '=', sub)
    .where('state', '=', 'authorised')
    .where('id', '<>', except.connectionId ?? noId)
    .select('id')
    .executeTakeFirst();
  return connection !== undefined;
}

/**
 * Runs `work` while no other process authorises or revokes this Google account: revoking drops every grant of
 * the account at once, so it must not run beside a new one (docs/gmail.md, trap 8).
 */
export async function withAccountLock<T>(locks: Locks, sub: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lockResult = await locks.tryLock(`google account ${sub}`, work);
    if (lockResult.kind === 'done') return lockResult.result;
    await sleep(50 + Math.random() * 100);
  }
}
