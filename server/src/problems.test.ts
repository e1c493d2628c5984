import { expect, test } from 'vitest';
import { createProblem, storedProblem } from './problems.ts';

test('a problem is a code and its parameters, without words', () => {
  expect(createProblem(409, 'tag-name-taken', { name: 'VIP' })).toEqual({
    status: 409,
    code: 'tag-name-taken',
    params: { name: 'VIP' },
  });
  expect(storedProblem('google-busy')).toEqual({ code: 'google-busy', params: {} });
});

test('a code without words, or without its parameters, does not compile', () => {
  // @ts-expect-error: no such code
  storedProblem('no-such-code');
  // @ts-expect-error: `name` is missing
  storedProblem('tag-name-taken');
  // @ts-expect-error: `limit` is a number
  storedProblem('too-many-tags', { limit: 'many' });
  // @ts-expect-error: it has no parameters
  storedProblem('google-busy', { name: 'VIP' });
  // @ts-expect-error: the problem inside has no such code
  storedProblem('template-broken', { fault: { code: 'no-such-code' } });
});
