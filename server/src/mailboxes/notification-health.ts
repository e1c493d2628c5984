import type { StoredProblem } from '../database/column-types.ts';

/** What is known about Gmail's notifications for a mailbox. */
export type NotificationHealth = {
  watchExpiresAt: Date | null;
  watchProblem: string | null;
  notifiedAt: Date | null;
  notificationMissedAt: Date | null;
  /** Why no notification reaches this deployment; null if they do. */
  problem: StoredProblem | null;
};

/**
 * Whether notifications about a mailbox can be relied on: Gmail watches it, notifications reach this
 * deployment, and the last change found by polling was followed by one.
 */
export function areNotificationsReliable(
  { watchExpiresAt, notifiedAt, notificationMissedAt, problem }: Omit<NotificationHealth, 'watchProblem'>,
  now: Date,
): boolean {
  if (problem || !notifiedAt || !watchExpiresAt || watchExpiresAt <= now) return false;
  return !notificationMissedAt || notifiedAt > notificationMissedAt;
}

/**
 * How Postroom learns of changes in a mailbox: by Gmail's notifications, or by polling every few seconds.
 * `problem`: why it is polled although notifications are set up.
 */
export type NotificationHealthView = {
  mode: 'notifications' | 'polling';
  problem: { sentence: string; remedy: string } | null;
};

export function notificationHealthView(health: NotificationHealth, now: Date): NotificationHealthView {
  if (areNotificationsReliable(health, now)) return { mode: 'notifications', problem: null };
  return { mode: 'polling', problem: problemOf(health, now) };
}

function problemOf(
  { watchExpiresAt, watchProblem, notifiedAt, notificationMissedAt, problem }: NotificationHealth,
  now: Date,
) {
  const pollingDetail =
    'Nothing to do: Postroom looks every few seconds until Google announces new mail again.';
  // Neither watched nor tried: no topic is configured, so polling is intended.
  if (!watchExpiresAt && !watchProblem) return null;
  if (problem) return { sentence: problem.sentence, remedy: problem.remedy };
  if (watchProblem) return { sentence: watchProblem, remedy: pollingDetail };
  if (watchExpiresAt && watchExpiresAt <= now) {
    return { sentence: 'The watch of this address at Gmail has ended.', remedy: pollingDetail };
  }
  if (notificationMissedAt && notifiedAt)
    return { sentence: 'Google did not announce the last new mail.', remedy: pollingDetail };
  return null; // watched just now: the first notification is on its way
}
