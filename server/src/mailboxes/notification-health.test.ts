import { expect, test } from 'vitest';
import { type HearingFacts, hearingView } from './notification-health.ts';

const now = new Date('2026-11-24T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const well: HearingFacts = {
  watchExpiresAt: at(6 * 1440),
  watchProblem: null,
  heardAt: at(-1),
  missedAt: null,
  problem: null,
};

test('announced while Gmail watches, notifications arrive and none was missed since', () => {
  expect(hearingView(well, now)).toEqual({ how: 'announced', problem: null });
  expect(hearingView({ ...well, missedAt: at(-5) }, now).how).toBe('announced');
});

test('without a topic looking is how it is meant: no problem is shown', () => {
  const never = { ...well, watchExpiresAt: null, heardAt: null };
  expect(hearingView(never, now)).toEqual({ how: 'looking', problem: null });
  // Watched a moment ago: the first announcement is on its way.
  expect(hearingView({ ...well, heardAt: null }, now)).toEqual({ how: 'looking', problem: null });
});

test('each reason for looking instead has its own words', () => {
  const problem = { code: 'pubsub-silent', sentence: 'Pub/Sub does not answer.', remedy: 'Wait.' };
  const said = (facts: Partial<HearingFacts>) => hearingView({ ...well, ...facts }, now).problem?.sentence;
  expect(said({ problem })).toBe('Pub/Sub does not answer.');
  expect(said({ watchProblem: 'Google refused.', watchExpiresAt: at(-1) })).toBe('Google refused.');
  expect(said({ watchExpiresAt: at(-1) })).toMatch(/watch of this address at Gmail has ended/);
  expect(said({ missedAt: at(0) })).toMatch(/did not announce the last new mail/);
});
