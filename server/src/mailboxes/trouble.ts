import type { Deployment } from '../database/connect.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { notifyAdmins } from '../notifications/notify.ts';
import type { StoredProblem } from '../problems.ts';

// An outage of a mailbox at Google: it is failing from the first failed sync, in trouble when it has been failing
// for two minutes, and its admins are notified after ten (C2).

const minute = 60_000;

/**
 * Requests fail for seconds now and then, and are repeated after 1, 2, 4 … 64 s. Two minutes are about seven
 * failures in a row, so a mailbox does not change its state for a short interruption.
 */
const troubleAfterMs = 2 * minute;
const notifiedAfterMs = 10 * minute;

/** The columns of a mailbox that is not failing. */
export const untroubled = {
  failingSince: null,
  failingProblem: null,
  troubleSince: null,
  troubleNotifiedAt: null,
} as const;

/** What people see of an outage: what Google says, since when, and when Postroom tries again. */
export type Trouble = StoredProblem & { since: Date; retryAt: Date | null };

type StateColumns = {
  disconnectedAt: Date | null;
  troubleSince: Date | null;
  failingProblem: StoredProblem | null;
  syncNotBefore: Date | null;
};

/** The state of a mailbox row (C2). */
export function stateOf(mailbox: StateColumns): 'connected' | 'trouble' | 'disconnected' {
  if (mailbox.disconnectedAt) return 'disconnected';
  return troubleOf(mailbox) ? 'trouble' : 'connected';
}

/** The outage of a mailbox row; null while there is none. A disconnection is shown instead of it. */
export function troubleOf(mailbox: StateColumns): Trouble | null {
  const { disconnectedAt, troubleSince, failingProblem, syncNotBefore } = mailbox;
  if (disconnectedAt || !troubleSince || !failingProblem) return null;
  return { ...failingProblem, since: troubleSince, retryAt: syncNotBefore };
}

/**
 * Records that a sync which began at `startedAt` failed. If it stored something before (`madeProgress`), only
 * what follows counts.
 */
export async function recordFailing(
  tx: InstanceTransaction,
  mailboxId: string,
  {
    startedAt,
    madeProgress,
    problem,
    now,
  }: { startedAt: Date; madeProgress: boolean; problem: StoredProblem; now: Date },
): Promise<void> {
  const former = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .select(['failingSince', 'failingProblem', 'troubleSince'])
    .executeTakeFirstOrThrow();
  await tx.sql
    .updateTable('mailbox')
    .set({
      ...(madeProgress && untroubled),
      failingSince: madeProgress ? now : (former.failingSince ?? startedAt),
      failingProblem: JSON.stringify(problem),
    })
    .where('id', '=', mailboxId)
    .execute();
  const isSame = JSON.stringify(former.failingProblem) === JSON.stringify(problem);
  if (former.troubleSince && !(isSame && !madeProgress)) {
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  }
}

/**
 * Finds the mailboxes whose outage has lasted long enough to be shown, and those whose admins are due to be
 * notified. In work of its own, because a mailbox that Google asked to wait is not synced meanwhile.
 */
export async function watchFailingMailboxes(
  { deployment, database }: { deployment: Deployment; database: Database },
  now: Date,
): Promise<void> {
  const shownBefore = new Date(now.getTime() - troubleAfterMs);
  const notifiedBefore = new Date(now.getTime() - notifiedAfterMs);
  const due = await deployment.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .where('failingSince', '<=', shownBefore)
    .where((eb) =>
      eb.or([
        eb('troubleSince', 'is', null),
        eb.and([eb('troubleNotifiedAt', 'is', null), eb('failingSince', '<=', notifiedBefore)]),
      ]),
    )
    .select(['instanceId', 'id as mailboxId'])
    .execute();
  for (const { instanceId, mailboxId } of due) {
    await database.inInstance(instanceId, async (tx) => {
      const shown = await tx.sql
        .updateTable('mailbox')
        .set((eb) => ({ troubleSince: eb.ref('failingSince') }))
        .where('id', '=', mailboxId)
        .where('failingSince', '<=', shownBefore)
        .where('troubleSince', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (shown) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
      const notified = await tx.sql
        .updateTable('mailbox')
        .set({ troubleNotifiedAt: now })
        .where('id', '=', mailboxId)
        .where('failingSince', '<=', notifiedBefore)
        .where('troubleNotifiedAt', 'is', null)
        .returning('failingProblem')
        .executeTakeFirst();
      if (!notified) return;
      const problem = JSON.stringify(notified.failingProblem);
      await notifyAdmins(tx, { kind: 'mailbox.trouble', data: { mailboxId, problem } }, now);
    });
  }
}
