import { sql } from 'kysely';
import type { MissingMessage } from '../../database/column-types.ts';
import type { Deployment } from '../../database/connect.ts';
import type { Database } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { IncompleteMessage } from '../../google/messages.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';

/** How far a check is: of `expected` messages, `stored` were stored before it and it `fetched` others. */
export type CheckProgress = {
  state: 'listing' | 'fetching';
  expected: number;
  stored: number;
  fetched?: number;
  missing?: MissingMessage[];
};

/** Why a check ended early. */
export type CheckFailure = GoogleFailure | IncompleteMessage | { kind: 'disconnected' };

const hour = 3_600_000;
/** Daily, up to six hours earlier at random, so that mailboxes connected together are not checked together. */
const nextCheckDelay = () => 24 * hour - Math.random() * 6 * hour;
const retryDelayMs = 15 * 60_000;
/** A check without progress for this long has lost its process; another one starts. */
const leaseMs = 5 * 60_000;

/**
 * Records that a check starts. Returns how many messages since the connection are stored, which is about
 * how many it will count, and what an interrupted check had found missing and fetched.
 */
export async function startCheck(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  { connectedAt, now }: { connectedAt: Date; now: Date },
): Promise<{ alreadyStored: number; interrupted: { missing: MissingMessage[]; fetched: number } }> {
  return database.inInstance(instanceId, async (tx) => {
    const { alreadyStored } = await tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where('internalDate', '>=', connectedAt)
      .select(sql<number>`count(*)::integer`.as('alreadyStored'))
      .executeTakeFirstOrThrow();
    const last = await tx.sql
      .selectFrom('mailboxCheck')
      .where('mailboxId', '=', mailboxId)
      .select(['state', 'problem', 'missing', 'fetched'])
      .forUpdate()
      .executeTakeFirst();
    // A failure is kept until a check succeeds.
    const wasInterrupted = last && (last.problem || last.state === 'listing' || last.state === 'fetching');
    const { missing, fetched } = wasInterrupted ? last : { missing: [], fetched: 0 };
    const values = {
      state: 'listing' as const,
      startedAt: now,
      finishedAt: null,
      expected: alreadyStored,
      stored: 0,
      fetched,
      missing: JSON.stringify(missing),
      nextCheckAt: new Date(now.getTime() + leaseMs),
    };
    await tx.sql
      .insertInto('mailboxCheck')
      .values({ instanceId, mailboxId, ...values })
      .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet(values))
      .execute();
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    return { alreadyStored, interrupted: { missing, fetched } };
  });
}

/** Records how far a check is; users who look at it are updated. */
export async function saveCheckProgress(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  { missing, ...rest }: CheckProgress,
): Promise<void> {
  const values = {
    ...rest,
    ...(missing && { missing: JSON.stringify(missing) }),
    nextCheckAt: new Date(Date.now() + leaseMs),
  };
  await database.inInstance(instanceId, async (tx) => {
    await tx.sql.updateTable('mailboxCheck').set(values).where('mailboxId', '=', mailboxId).execute();
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** After a check was stopped: it is due at once, for any process. */
export async function releaseCheck(database: Database, { instanceId, mailboxId }: MailboxRef): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailboxCheck')
      .set({ nextCheckAt: new Date() })
      .where('mailboxId', '=', mailboxId)
      .execute(),
  );
}

/** Records how a check ended, and when the next one is due. */
export async function finishCheck(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  end:
    | { failure: CheckFailure }
    | { expected: number; stored: number; fetched: number; missing: MissingMessage[] },
): Promise<void> {
  const now = Date.now();
  const finishedAt = new Date(now);
  const values =
    'failure' in end
      ? {
          state: 'failed' as const,
          finishedAt,
          problem: JSON.stringify(problemOf(end.failure)),
          nextCheckAt: new Date(now + (requestedDelay(end.failure) ?? retryDelayMs)),
        }
      : {
          state: 'done' as const,
          finishedAt,
          problem: null,
          ...end,
          missing: JSON.stringify(end.missing),
          nextCheckAt: new Date(now + nextCheckDelay()),
        };
  await database.inInstance(instanceId, async (tx) => {
    await tx.sql.updateTable('mailboxCheck').set(values).where('mailboxId', '=', mailboxId).execute();
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** Takes connected mailboxes whose check is due; no two processes get the same one. */
export async function takeDueChecks(deployment: Deployment, now: Date): Promise<MailboxRef[]> {
  return deployment.sql
    .updateTable('mailboxCheck')
    .set({ nextCheckAt: new Date(now.getTime() + leaseMs) })
    .where('mailboxId', 'in', (eb) =>
      eb
        .selectFrom('mailboxCheck')
        .innerJoin('mailbox', 'mailbox.id', 'mailboxCheck.mailboxId')
        .where('mailbox.deletedAt', 'is', null)
        .where('mailbox.disconnectedAt', 'is', null)
        .where('nextCheckAt', '<=', now)
        .select('mailboxCheck.mailboxId')
        .orderBy('nextCheckAt')
        .limit(2)
        .forUpdate('mailboxCheck')
        .skipLocked(),
    )
    .returning(['instanceId', 'mailboxId'])
    .execute();
}

function requestedDelay(failure: CheckFailure): number | null {
  return 'after' in failure && failure.after !== null ? Math.max(failure.after, 60_000) : null;
}

function problemOf(failure: CheckFailure): StoredProblem {
  switch (failure.kind) {
    case 'disconnected':
      return storedProblem('check-stopped-disconnected');
    case 'refused':
      return failure.problem;
    case 'rate-limited':
      return storedProblem('check-rate-limited');
    default:
      return storedProblem('check-google-unreachable');
  }
}
