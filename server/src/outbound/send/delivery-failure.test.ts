import { expect, test } from 'vitest';
import { disconnections } from '../../google/disconnections.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import { storedProblem } from '../../problems.ts';
import { afterFailure } from './delivery-failure.ts';

const after = (failure: GoogleFailure, attempts = 1) =>
  afterFailure(failure, attempts, 'support@acme.example');

test.each(disconnections)('%s holds the message', (code) => {
  expect(after({ kind: 'disconnected', code })).toMatchObject({ state: 'held', waitMs: null });
});

test('a message that Google rejects fails with Google’s text', () => {
  const problem = storedProblem('google-refused', { message: 'No.' });
  expect(after({ kind: 'refused', problem })).toEqual({
    state: 'failed',
    waitMs: null,
    uncertain: false,
    problem,
  });
});

test('waits grow; an uncertain one and Google’s own are longer', () => {
  const retry = (uncertain: boolean, asked: number | null = null) =>
    ({ kind: 'retry', cause: 'timed-out', uncertain, after: asked }) as const;
  expect(after(retry(true))).toMatchObject({ state: 'queued', waitMs: 10_000, uncertain: true });
  expect(after(retry(false))).toMatchObject({ state: 'queued', uncertain: false });
  expect(after(retry(false)).waitMs).toBeGreaterThanOrEqual(2_000);
  expect(after(retry(false)).waitMs).toBeLessThan(3_001);
  // However long Google was unreachable, the wait is bounded.
  expect(after(retry(false), 30).waitMs).toBe(64_000);
  expect(after({ kind: 'rate-limited', after: null }, 30).waitMs).toBe(64_000);
  expect(after(retry(true, 60_000)).waitMs).toBe(60_000);
  expect(after({ kind: 'rate-limited', after: 5_000 }).waitMs).toBe(5_000);
  expect(after({ kind: 'sending-limit', after: null }).waitMs).toBe(3_600_000);
});
