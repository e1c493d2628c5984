import type { StoredProblem } from '../database/column-types.ts';

/** What is known about hearing of a mailbox's news. */
export type NotificationHealth = {
  watchExpiresAt: Date | null;
  watchProblem: string | null;
  notifiedAt: Date | null;
  notificationMissedAt: Date | null;
  /** Why notifications reach this deployment not at all; null where they do. */
  problem: StoredProblem | null;
};

/**
 * Whether notifications about a mailbox can be relied on: Gmail watches it, they reach this deployment,
 * and the last news that came unannounced has been followed by one.
 */
export function areNotificationsReliable(
  { watchExpiresAt, notifiedAt, notificationMissedAt, problem }: Omit<NotificationHealth, 'watchProblem'>,
  now: Date,
): boolean {
  if (problem || !notifiedAt || !watchExpiresAt || watchExpiresAt <= now) return false;
  return !notificationMissedAt || notifiedAt > notificationMissedAt;
}

/**
 * How news of a mailbox gets here, as its admins are told: announced by Google, or looked for every few
 * seconds. `problem`: why it is not announced although it should be.
 */
export type NotificationHealthView = {
  how: 'announced' | 'looking';
  problem: { sentence: string; remedy: string } | null;
};

export function notificationHealthView(health: NotificationHealth, now: Date): NotificationHealthView {
  if (areNotificationsReliable(health, now)) return { how: 'announced', problem: null };
  return { how: 'looking', problem: problemOf(health, now) };
}

function problemOf(
  { watchExpiresAt, watchProblem, notifiedAt, notificationMissedAt, problem }: NotificationHealth,
  now: Date,
) {
  const pollingDetail =
    'Nothing to do: Postroom looks every few seconds until Google announces new mail again.';
  // Neither watched nor tried: no topic is configured, and looking is how it is meant.
  if (!watchExpiresAt && !watchProblem) return null;
  if (problem) return { sentence: problem.sentence, remedy: problem.remedy };
  if (watchProblem) return { sentence: watchProblem, remedy: pollingDetail };
  if (watchExpiresAt && watchExpiresAt <= now) {
    return { sentence: 'The watch of this address at Gmail has ended.', remedy: pollingDetail };
  }
  if (notificationMissedAt && notifiedAt)
    return { sentence: 'Google did not announce the last new mail.', remedy: pollingDetail };
  return null; // watched just now: the first announcement is on its way
}
