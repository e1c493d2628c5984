import { expect, test } from 'vitest';
import { PendingUploads } from './pending-uploads.ts';

test('waiting ends after the uploads that began meanwhile', async () => {
  const uploads = new PendingUploads();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended: string[] = [];
  uploads.track(first.promise);
  const settled = uploads.settled().then((isComplete) => {
    ended.push('settled');
    return isComplete;
  });
  uploads.track(second.promise.then(() => ended.push('second')));
  first.resolve();
  await first.promise;
  expect(uploads.count).toBeGreaterThan(0);
  second.resolve();
  expect(await settled).toBe(true);
  expect(ended).toEqual(['second', 'settled']);
  expect(uploads.count).toBe(0);
});

test('a failure while waiting is reported, and an earlier one is not', async () => {
  const uploads = new PendingUploads();
  uploads.fail();
  expect(await uploads.settled()).toBe(true);
  uploads.track(Promise.resolve().then(() => uploads.fail()));
  expect(await uploads.settled()).toBe(false);
  uploads.track(Promise.reject(new Error('the composer was closed')));
  expect(await uploads.settled()).toBe(false);
});
