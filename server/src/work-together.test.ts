import { expect, test } from 'vitest';
import { worksTogether } from './work-together.ts';

test('what comes while it works is worked on together, for each key apart', async () => {
  const calls: Array<[key: string, items: number[]]> = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const double = worksTogether(async (key, items: number[]) => {
    calls.push([key, items]);
    await gates[key === 'a' ? 0 : 1]!.promise;
    return items.map((item) => 2 * item);
  });
  const results = [double('a', 1), double('a', 2), double('b', 3), double('a', 4)];
  gates[0]!.resolve();
  expect(await Promise.all([results[0], results[1], results[3]])).toEqual([2, 4, 8]);
  gates[1]!.resolve();
  expect(await results[2]).toBe(6);
  expect(calls).toEqual([
    ['a', [1]],
    ['b', [3]],
    ['a', [2, 4]],
  ]);
  expect(await double('a', 5)).toBe(10);
});

test('if it fails all fail, or only those that fail alone', async () => {
  const halves = async (_key: string, items: number[]) =>
    items.map((item) => {
      if (item % 2 === 1) throw new Error(`${item} is odd`);
      return item / 2;
    });
  const settle = async (half: (key: string, item: number) => Promise<number>) => {
    const results = await Promise.allSettled([2, 4, 5, 6].map((item) => half('a', item)));
    return results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message));
  };
  // The first does not wait for others.
  expect(await settle(worksTogether(halves))).toEqual([1, '5 is odd', '5 is odd', '5 is odd']);
  expect(await settle(worksTogether(halves, { orEachAlone: true }))).toEqual([1, 2, '5 is odd', 3]);
});
