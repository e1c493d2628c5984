import { expect, test } from 'vitest';
import { afterEarlierChanges, changesAnswered, isBeingChanged } from './own-changes.ts';

/** A server that answers when the test says so. */
function createServer() {
  const received: string[] = [];
  const answers = new Map<string, PromiseWithResolvers<string>>();
  return {
    received,
    send: (name: string) => () => {
      received.push(name);
      const answer = Promise.withResolvers<string>();
      answers.set(name, answer);
      return answer.promise;
    },
    accept: (name: string) => answers.get(name)!.resolve(name),
    refuse: (name: string) => answers.get(name)!.reject(new Error(name)),
  };
}

test('a change waits for the answer to the one before, also for a refusal', async () => {
  const { received, send, accept, refuse } = createServer();
  const done = afterEarlierChanges(['a'], send('done'));
  const undo = afterEarlierChanges(['a'], send('undo'));
  const snooze = afterEarlierChanges(['a'], send('snooze'));
  expect(received).toEqual(['done']);
  accept('done');
  await done;
  expect(isBeingChanged('a')).toBe(true);
  await expect.poll(() => received).toEqual(['done', 'undo']);
  refuse('undo');
  await expect(undo).rejects.toThrow('undo');
  await expect.poll(() => received).toEqual(['done', 'undo', 'snooze']);
  accept('snooze');
  expect(await snooze).toBe('snooze');
  expect(isBeingChanged('a')).toBe(false);
});

test('a change of many waits for each of them, and others wait for it', async () => {
  const { received, send, accept } = createServer();
  const one = afterEarlierChanges(['a'], send('a'));
  const many = afterEarlierChanges(['a', 'b'], send('a and b'));
  const other = afterEarlierChanges(['b'], send('b'));
  afterEarlierChanges(['c'], send('c')).catch(() => {});
  expect(received).toEqual(['a', 'c']);
  accept('a');
  await one;
  await expect.poll(() => received).toEqual(['a', 'c', 'a and b']);
  const answered = changesAnswered(['a', 'b']);
  accept('a and b');
  await many;
  expect(isBeingChanged('a')).toBe(false);
  await expect.poll(() => received).toEqual(['a', 'c', 'a and b', 'b']);
  accept('b');
  await Promise.all([other, answered]);
  expect([isBeingChanged('b'), isBeingChanged('c')]).toEqual([false, true]);
  accept('c');
});
