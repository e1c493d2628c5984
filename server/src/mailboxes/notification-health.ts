import { type StoredProblem, storedProblem } from '../problems.ts';

/** What is known about hearing of a mailbox's news. */
export type NotificationHealth = {
  watchExpiresAt: Date | null;
  watchProblem: StoredProblem | null;
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
 * How new mail is noticed, as admins see it: `push` by Google's notifications, `polling` by asking Gmail every
 * few seconds. `problem`: why notifications do not arrive although they should.
 */
export type NotificationHealthView = {
  channel: 'push' | 'polling';
  problem: StoredProblem | null;
};

export function notificationHealthView(health: NotificationHealth, now: Date): NotificationHealthView {
  if (areNotificationsReliable(health, now)) return { channel: 'push', problem: null };
  return { channel: 'polling', problem: problemOf(health, now) };
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
