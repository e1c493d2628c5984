import type { Deployment } from '../../database/connect.ts';
import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import { startWatch } from '../../google/watch.ts';
import { markDisconnected } from '../../mailboxes/connection-state.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { storedProblem } from '../../problems.ts';

const hour = 3_600_000;
/** A watch lasts seven days; Google recommends renewing it daily (Gmail API, "Push notifications"). */
const renewIntervalMs = 24 * hour;

/**
 * Renews the watch of a mailbox (users.watch) and sets when it is renewed next: daily, up to six hours
 * earlier at random, so that mailboxes connected together are not renewed together.
 */
export async function renewWatch(
  { database, gmail, topic }: { database: Database; gmail: GmailAccess; topic: string },
  mailboxRef: MailboxRef,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const answer = await startWatch(gmail(mailboxRef, { priority: 'live', signal }), topic);
  if (signal.aborted) return;
  await database.inInstance(mailboxRef.instanceId, async (tx) => {
    if (answer.kind === 'disconnected') {
      await markDisconnected(tx, mailboxRef.mailboxId, {
        code: answer.code,
        startedAt: now,
        now: new Date(),
      });
      return;
    }
    const renewed = answer.kind === 'ok' && {
      watchExpiresAt: answer.value.expiresAt,
      watchRenewedAt: now,
      watchRenewAt: new Date(now.getTime() + renewIntervalMs - Math.random() * 6 * hour),
      watchProblem: null,
    };
    await tx.sql
      .updateTable('mailbox')
      .set(renewed || { watchProblem: problemOf(answer as GoogleFailure) })
      .where('id', '=', mailboxRef.mailboxId)
      .execute();
  });
}

/** Without a configured topic, watches of an earlier configuration no longer count. */
export async function clearWatches(deployment: Deployment): Promise<void> {
  await deployment.sql
    .updateTable('mailbox')
    .set({ watchExpiresAt: null, watchRenewAt: new Date(), watchProblem: null })
    .where('watchExpiresAt', 'is not', null)
    .execute();
}

function problemOf(failure: GoogleFailure): string {
  const problem =
    failure.kind === 'refused'
      ? storedProblem('watch-refused', { reason: failure.problem })
      : storedProblem('watch-unanswered');
  return JSON.stringify(problem);
}
