import { expect, test } from 'vitest';
import { storedProblem } from '../../problems.ts';
import { mayBeOfMessage } from './message-failures.ts';

const retryFailure = { kind: 'retry', after: null, uncertain: true } as const;
test.each<[boolean, Parameters<typeof mayBeOfMessage>[0]]>([
  [true, { ...retryFailure, cause: 'google-busy' }],
  [true, { ...retryFailure, cause: 'precondition' }],
  [true, { kind: 'incomplete', labels: [] }],
  [true, { kind: 'refused', problem: storedProblem('google-refused-without-reason') }],
  [false, { kind: 'refused', problem: storedProblem('google-refused-without-reason'), forbidden: true }],
  [false, { ...retryFailure, cause: 'google-busy', uncertain: false }],
  [false, { ...retryFailure, cause: 'unreachable' }],
  [false, { ...retryFailure, cause: 'connection-cut' }],
  [false, { ...retryFailure, cause: 'timed-out' }],
  [false, { ...retryFailure, cause: 'unexpected-answer' }],
  [false, { kind: 'rate-limited', after: null }],
  [false, { kind: 'disconnected', code: 'access-revoked' }],
])('%s: whether %j counts against a message', (expected, failure) => {
  expect(mayBeOfMessage(failure, null)).toBe(expected);
});
