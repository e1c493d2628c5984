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

test('announced while Gmail watches, notifications arrive and none was missed since', () => {
  expect(notificationHealthView(well, now)).toEqual({ how: 'announced', problem: null });
  expect(notificationHealthView({ ...well, notificationMissedAt: at(-5) }, now).how).toBe('announced');
});

test('without a topic looking is how it is meant: no problem is shown', () => {
  const never = { ...well, watchExpiresAt: null, notifiedAt: null };
  expect(notificationHealthView(never, now)).toEqual({ how: 'looking', problem: null });
  // Watched a moment ago: the first announcement is on its way.
  expect(notificationHealthView({ ...well, notifiedAt: null }, now)).toEqual({
    how: 'looking',
    problem: null,
  });
});

test('each reason for looking instead has its own words', () => {
  const problem = { code: 'pubsub-unreachable', sentence: 'Pub/Sub does not answer.', remedy: 'Wait.' };
  const said = (facts: Partial<NotificationHealth>) =>
    notificationHealthView({ ...well, ...facts }, now).problem?.sentence;
  expect(said({ problem })).toBe('Pub/Sub does not answer.');
  expect(said({ watchProblem: 'Google refused.', watchExpiresAt: at(-1) })).toBe('Google refused.');
  expect(said({ watchExpiresAt: at(-1) })).toMatch(/watch of this address at Gmail has ended/);
  expect(said({ notificationMissedAt: at(0) })).toMatch(/did not announce the last new mail/);
});
