import { expect, test } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

test('work waits, in order, until its bytes are free', async () => {
  const budget = createByteBudget(10);
  const running = new Set<string>();
  const most: string[] = [];
  const finish = new Map<string, () => void>();
  const run = (name: string, bytes: number) =>
    budget.spend(bytes, async () => {
      running.add(name);
      most.push([...running].join(''));
      await new Promise<void>((resolve) => finish.set(name, resolve));
      running.delete(name);
    });
  const all = [run('a', 6), run('b', 4), run('c', 99), run('d', 1)];
  for (const name of ['a', 'b', 'c', 'd']) {
    await expect.poll(() => finish.has(name)).toBe(true);
    finish.get(name)!();
  }
  await Promise.all(all);
  // c needs more than there is and runs alone; d, though small, does not overtake it.
  expect(most).toEqual(['a', 'ab', 'c', 'd']);
});

test('work that fails gives its bytes back', async () => {
  const budget = createByteBudget(1);
  await expect(budget.spend(1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await budget.spend(1, async () => 'done')).toBe('done');
});

test('work that needs nothing does not wait', async () => {
  const budget = createByteBudget(1);
  const full = Promise.withResolvers<void>();
  const working = [budget.spend(1, () => full.promise), budget.spend(1, async () => {})];
  expect(await budget.spend(0, async () => 'done')).toBe('done');
  full.resolve();
  await Promise.all(working);
});
