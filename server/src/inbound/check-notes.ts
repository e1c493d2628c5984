import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import type { CheckState, MissingMessage } from '../database/schema.ts';
import { record } from '../events/record.ts';
import type { GoogleFailure } from '../google/errors.ts';

type At = { instanceId: string; mailboxId: string };

/** How far a check is. */
export type CheckNote = {
  state: CheckState;
  startedAt?: Date;
  expected: number;
  stored: number;
  missing?: MissingMessage[];
};

const hour = 3_600_000;
/** Daily, each a little earlier by chance, so that mailboxes connected together part. */
const nextAfter = () => 24 * hour - Math.random() * 6 * hour;
const triedAgainAfter = 15 * 60_000;
/** A process that dies in a check leaves it to the others after this long. */
const takenFor = hour;

/** Notes how far a check is, for whoever looks. */
export async function noteCheck(
  database: Database,
  { instanceId, mailboxId }: At,
  note: CheckNote,
): Promise<void> {
  const { missing, ...rest } = note;
  const values = {
    ...rest,
    ...(note.startedAt && { fetched: 0, missing: '[]', failure: null, finishedAt: null }),
    ...(missing && { missing: JSON.stringify(missing) }),
  };
  await database.inInstance(instanceId, async (tx) => {
    await tx.sql
      .insertInto('mailboxCheck')
      .values({ instanceId, mailboxId, nextCheckAt: new Date(Date.now() + takenFor), ...values })
      .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet(values))
      .execute();
    record(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** Notes how a check ended, and when the next one is due. */
export async function finishCheck(
  database: Database,
  { instanceId, mailboxId }: At,
  end:
    | { failure: GoogleFailure }
    | { expected: number; stored: number; fetched: number; missing: MissingMessage[] },
): Promise<void> {
  const now = Date.now();
  const finishedAt = new Date(now);
  const values =
    'failure' in end
      ? {
          state: 'failed' as const,
          finishedAt,
          failure: words(end.failure),
          nextCheckAt: new Date(now + (asked(end.failure) ?? triedAgainAfter)),
        }
      : {
          state: 'done' as const,
          finishedAt,
          failure: null,
          ...end,
          missing: JSON.stringify(end.missing),
          nextCheckAt: new Date(now + nextAfter()),
        };
  await database.inInstance(instanceId, async (tx) => {
    await tx.sql.updateTable('mailboxCheck').set(values).where('mailboxId', '=', mailboxId).execute();
    record(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

/** Takes the connected mailboxes whose check is due: of several processes that ask, one gets each. */
export async function takeDueChecks(deployment: Deployment, now: Date): Promise<At[]> {
  return deployment.sql
    .updateTable('mailboxCheck')
    .set({ nextCheckAt: new Date(now.getTime() + takenFor) })
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

function asked(failure: GoogleFailure): number | null {
  return 'after' in failure && failure.after !== null ? Math.max(failure.after, 60_000) : null;
}

function words(failure: GoogleFailure): string {
  switch (failure.kind) {
    case 'disconnected':
      return 'The address is disconnected from Gmail; it is checked when it is connected again.';
    case 'refused':
      return failure.sentence;
    case 'rate-limited':
      return "The address has used up Gmail's allowance for this minute; the check is tried again by itself.";
    default:
      return 'Google did not answer; the check is tried again by itself.';
  }
}
