import type { UseQueryResult } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { ProblemError } from './client.ts';
import { hasFailed } from './has-failed.ts';

const problem = (status: number) =>
  new ProblemError({ status, code: 'refused', title: 'Refused', detail: '' });

test.each([
  ['no error', 'shown', null, false],
  ['nothing was ever loaded', undefined, problem(503), true],
  ['the server is not reached', 'shown', new TypeError('Failed to fetch'), false],
  ['too many requests', 'shown', problem(429), false],
  ['deleted', 'shown', problem(404), true],
  ['no access any more', 'shown', problem(403), true],
])('an error replaces the data or leaves them: %s', (_name, data, error, failed) => {
  expect(hasFailed({ data, error } as UseQueryResult)).toBe(failed);
});
