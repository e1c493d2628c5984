import { sql } from 'kysely';
import type { MissingMessage } from '../../database/column-types.ts';
import type { Deployment } from '../../database/connect.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';

// Messages that could not be fetched or stored while others of their mailbox were (R10).

/** `importId`: the import of older mail (G1) that fetches them. */
/** The mailbox of messages, and the import that found them. */
type MailboxAndImport = MailboxRef & { importId?: string | null };

/** A message to fetch. `arrived`: history says it is new, so it is stored whatever its date. */
export type Candidate = { gmailId: string; arrived: boolean };

/** The cursor waits for a message during this many attempts; then the message is set aside. */
const attemptsBeforeSetAside = 3;

const second = 1_000;
const day = 24 * 3_600 * second;
const firstPauseMs = 10 * second;
const maxPauseMs = day;
const givenUpAfterMs = 14 * day;
/** If the process that took messages dies, they are taken again after this long (ms). */
const leaseMs = 5 * 60 * second;

/** When a message is tried again after `attempts` failures: after 10 s, 30 s, 90 s … a day; null after two weeks. */
export function nextAttemptAt(attempts: number, firstFailedAt: Date, now: Date): Date | null {
  if (now.getTime() - firstFailedAt.getTime() >= givenUpAfterMs) return null;
  const pause = firstPauseMs * 3 ** Math.max(0, attempts - attemptsBeforeSetAside);
  return new Date(now.getTime() + Math.min(pause, maxPauseMs));
}

/** Those of these messages that failed before; `setAsideAt` is null while the cursor waits for them. */
export const unfetchedMessages = prepared(
  (db, { mailboxId, gmailIds }: { mailboxId: string; gmailIds: string[] }) =>
    db
      .selectFrom('unfetchedMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', '=', sql<string>`any(${gmailIds}::text[])`)
      .select(['gmailId', 'setAsideAt']),
);

/** Those of these messages that are set aside, as a completeness check lists them. */
export async function loadSetAside(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  gmailIds: string[],
): Promise<Map<string, MissingMessage>> {
  if (gmailIds.length === 0) return new Map();
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('unfetchedMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', '=', sql<string>`any(${gmailIds})`)
      .where('setAsideAt', 'is not', null)
      .select(['gmailId', 'subject', 'sender', 'internalDate'])
      .execute(),
  );
  return new Map(
    rows.map(({ gmailId, subject, sender, internalDate }) => [
      gmailId,
      {
        gmailId,
        subject: subject ?? '',
        from: sender ?? '',
        date: internalDate?.toISOString() ?? null,
        unreadable: true,
      },
    ]),
  );
}

/**
 * Counts one failure of each message. `waiting`: those that the cursor still waits for; `setAside`: those that
 * were set aside just now.
 */
export async function countFailures(
  database: Database,
  { instanceId, mailboxId, importId = null }: MailboxAndImport,
  failures: Array<{ candidate: Candidate; problem: StoredProblem }>,
): Promise<{ waiting: string[]; setAside: string[] }> {
  return database.inInstance(instanceId, async (tx) => {
    const waiting: string[] = [];
    const setAside: string[] = [];
    for (const failure of failures) {
      const { gmailId } = failure.candidate;
      const state = await countFailure(tx, { mailboxId, importId }, failure);
      if (state === 'waiting') waiting.push(gmailId);
      if (state === 'set-aside-now') setAside.push(gmailId);
    }
    if (waiting.length < failures.length) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    return { waiting, setAside };
  });
}

async function countFailure(
  { instanceId, sql: query }: InstanceTransaction,
  { mailboxId, importId }: { mailboxId: string; importId: string | null },
  { candidate, problem }: { candidate: Candidate; problem: StoredProblem },
): Promise<'waiting' | 'set-aside-now' | 'set-aside'> {
  const now = new Date();
  const counted = await query
    .insertInto('unfetchedMessage')
    .values({
      instanceId,
      mailboxId,
      importId,
      ...candidate,
      problem: JSON.stringify(problem),
      firstFailedAt: now,
      lastFailedAt: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doUpdateSet((eb) => ({
        attempts: eb('unfetchedMessage.attempts', '+', 1),
        problem: JSON.stringify(problem),
        lastFailedAt: now,
      })),
    )
    .returning(['attempts', 'firstFailedAt', 'setAsideAt'])
    .executeTakeFirstOrThrow();
  const { attempts, firstFailedAt, setAsideAt } = counted;
  const isSetAsideNow = setAsideAt === null && attempts >= attemptsBeforeSetAside;
  await query
    .updateTable('unfetchedMessage')
    .set({
      nextAttemptAt: nextAttemptAt(attempts, firstFailedAt, now),
      ...(isSetAsideNow && { setAsideAt: now }),
    })
    .where('mailboxId', '=', mailboxId)
    .where('gmailId', '=', candidate.gmailId)
    .execute();
  return isSetAsideNow ? 'set-aside-now' : setAsideAt ? 'set-aside' : 'waiting';
}

/** Gmail may report a message long before it returns it (docs/gmail.md, section 2). */
const goneAfterMs = 60 * 60 * second;

/**
 * Has messages that Gmail answers with 404 looked for again, after 10 s, 30 s, 90 s … for an hour; then they are
 * deleted messages. They are not shown, and the cursor does not wait for them. One that was set aside is
 * forgotten: it was deleted.
 */
export async function countGone(
  database: Database,
  { instanceId, mailboxId, importId = null }: MailboxAndImport,
  gone: Candidate[],
): Promise<void> {
  if (gone.length === 0) return;
  const now = new Date();
  const gmailIds = gone.map(({ gmailId }) => gmailId);
  await database.inInstance(instanceId, async (tx) => {
    const forgotten = await tx.sql
      .deleteFrom('unfetchedMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .where((eb) =>
        eb.or([
          eb('setAsideAt', 'is not', null),
          eb('firstFailedAt', '<', new Date(now.getTime() - goneAfterMs)),
        ]),
      )
      .returning(['gmailId', 'setAsideAt'])
      .execute();
    if (forgotten.some(({ setAsideAt }) => setAsideAt)) {
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    }
    const forgottenIds = new Set(forgotten.map(({ gmailId }) => gmailId));
    const rows = gone
      .filter(({ gmailId }) => !forgottenIds.has(gmailId))
      .map((candidate) => ({
        instanceId,
        mailboxId,
        importId,
        ...candidate,
        problem: JSON.stringify(storedProblem('gmail-message-gone')),
        firstFailedAt: now,
        lastFailedAt: now,
        nextAttemptAt: nextAttemptAt(0, now, now),
      }));
    if (rows.length === 0) return;
    await tx.sql
      .insertInto('unfetchedMessage')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doUpdateSet((eb) => ({
          lastFailedAt: now,
          // Twice as long again as it has been missing.
          nextAttemptAt: sql<Date>`${now}::timestamptz + 2 * (${now}::timestamptz - ${eb.ref('unfetchedMessage.firstFailedAt')})`,
        })),
      )
      .execute();
  });
}

/** Adds the subject, sender and time of a message that is set aside, as Gmail returns them. */
export async function describeUnfetched(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  gmailId: string,
  known: { subject: string; sender: string; internalDate: Date; gmailThreadId: string },
): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('unfetchedMessage')
      .set(known)
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', '=', gmailId)
      .execute(),
  );
}

/** Removes messages that are stored, or that Gmail no longer has. */
export async function forgetUnfetched(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  gmailIds: string[],
): Promise<void> {
  if (gmailIds.length === 0) return;
  await database.inInstance(instanceId, async (tx) => {
    const removed = await tx.sql
      .deleteFrom('unfetchedMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .returning('setAsideAt')
      .execute();
    if (!removed.some(({ setAsideAt }) => setAsideAt !== null)) return;
    // What made one readable may have made the others readable as well.
    await tx.sql
      .updateTable('unfetchedMessage')
      .set({ nextAttemptAt: new Date() })
      .where('mailboxId', '=', mailboxId)
      .where('setAsideAt', 'is not', null)
      .execute();
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** Sets when messages are tried again, without counting a failure. */
export async function postponeUnfetched(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  gmailIds: string[],
  until: Date,
): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('unfetchedMessage')
      .set({ nextAttemptAt: until })
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .execute(),
  );
}

/** Takes at most `limit` messages that are due to be tried again, by mailbox and import; of several processes, one takes each. */
export async function takeDueUnfetched(
  deployment: Deployment,
  now: Date,
  limit: number,
): Promise<Array<Required<MailboxAndImport> & { candidates: Candidate[] }>> {
  const taken = await deployment.sql
    .updateTable('unfetchedMessage')
    .set({ nextAttemptAt: new Date(now.getTime() + leaseMs) })
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('instanceId', 'mailboxId', 'gmailId'),
        'in',
        selectFrom('unfetchedMessage as due')
          .innerJoin('mailbox', (join) =>
            join.onRef('mailbox.instanceId', '=', 'due.instanceId').onRef('mailbox.id', '=', 'due.mailboxId'),
          )
          .where('mailbox.deletedAt', 'is', null)
          .where('mailbox.disconnectedAt', 'is', null)
          .where('due.nextAttemptAt', '<=', now)
          .select(['due.instanceId', 'due.mailboxId', 'due.gmailId'])
          .orderBy('due.nextAttemptAt')
          .limit(limit)
          .forUpdate('due')
          .skipLocked()
          .$asTuple('instanceId', 'mailboxId', 'gmailId'),
      ),
    )
    .returning(['instanceId', 'mailboxId', 'importId', 'gmailId', 'arrived'])
    .execute();
  const groups = Map.groupBy(taken, ({ mailboxId, importId }) => `${mailboxId} ${importId}`);
  return [...groups.values()].map((rows) => ({
    instanceId: rows[0]!.instanceId,
    mailboxId: rows[0]!.mailboxId,
    importId: rows[0]!.importId,
    candidates: rows.map(({ gmailId, arrived }) => ({ gmailId, arrived })),
  }));
}
