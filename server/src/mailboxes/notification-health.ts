import { type StoredProblem, storedProblem } from '../problems.ts';

/** What is known about Gmail's notifications for a mailbox. */
export type NotificationHealth = {
  watchExpiresAt: Date | null;
  watchProblem: StoredProblem | null;
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
 * How Postroom learns of changes in a mailbox: by Gmail's notifications, or by polling (poll-intervals.ts says how often).
 * `problem`: why it is polled although notifications are set up.
 */
export type NotificationHealthView = {
  mode: 'notifications' | 'polling';
  problem: StoredProblem | null;
};

export function notificationHealthView(health: NotificationHealth, now: Date): NotificationHealthView {
  if (areNotificationsReliable(health, now)) return { mode: 'notifications', problem: null };
  return { mode: 'polling', problem: problemOf(health, now) };
}

function problemOf(
  { watchExpiresAt, watchProblem, notifiedAt, notificationMissedAt, problem }: NotificationHealth,
  now: Date,
): StoredProblem | null {
  // Neither watched nor tried: no topic is configured, and polling is intended.
  if (!watchExpiresAt && !watchProblem) return null;
  if (problem) return problem;
  if (watchProblem) return watchProblem;
  if (watchExpiresAt && watchExpiresAt <= now) return storedProblem('watch-ended');
  if (notificationMissedAt && notifiedAt) return storedProblem('notification-missed');
  return null; // watched just now: the first notification has not arrived yet
}
