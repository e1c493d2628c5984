import { expect, test } from 'vitest';
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

test('each reason for polling has its own text', () => {
  const problem = { code: 'pubsub-silent', sentence: 'Pub/Sub does not answer.', remedy: 'Wait.' };
  const shown = (facts: Partial<NotificationHealth>) =>
    notificationHealthView({ ...well, ...facts }, now).problem?.sentence;
  expect(shown({ problem })).toBe('Pub/Sub does not answer.');
  expect(shown({ watchProblem: 'Google refused.', watchExpiresAt: at(-1) })).toBe('Google refused.');
  expect(shown({ watchExpiresAt: at(-1) })).toMatch(/watch of this address at Gmail has ended/);
  expect(shown({ notificationMissedAt: at(0) })).toMatch(/did not announce the last new mail/);
});
