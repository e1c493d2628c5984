import { expect, test } from 'vitest';
import { storedProblem } from '../problems.ts';
import { type NotificationHealth, notificationHealthView } from './notification-health.ts';

const now = new Date('2026-11-24T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const well: NotificationHealth = {
  watchExpiresAt: at(6 * 1440),
  watchProblem: null,
  notifiedAt: at(-1),
  notificationMissedAt: null,
  problem: null,
};

test('notifications are used while Gmail watches and none was missed', () => {
  expect(notificationHealthView(well, now)).toEqual({ mode: 'notifications', problem: null });
  expect(notificationHealthView({ ...well, notificationMissedAt: at(-5) }, now).mode).toBe('notifications');
});

test('without a topic polling is intended and shows no problem', () => {
  const never = { ...well, watchExpiresAt: null, notifiedAt: null };
  expect(notificationHealthView(never, now)).toEqual({ mode: 'polling', problem: null });
  // Watched a moment ago: the first notification is on its way.
  expect(notificationHealthView({ ...well, notifiedAt: null }, now)).toEqual({
    mode: 'polling',
    problem: null,
  });
});

test('each reason for polling is a problem of its own', () => {
  const problem = storedProblem('pubsub-unreachable');
  const watchProblem = storedProblem('watch-unanswered');
  const shown = (facts: Partial<NotificationHealth>) =>
    notificationHealthView({ ...well, ...facts }, now).problem;
  expect(shown({ problem })).toEqual(problem);
  expect(shown({ watchProblem, watchExpiresAt: at(-1) })).toEqual(watchProblem);
  expect(shown({ watchExpiresAt: at(-1) })).toEqual({ code: 'watch-ended', params: {} });
  expect(shown({ notificationMissedAt: at(0) })).toEqual({ code: 'notification-missed', params: {} });
});
