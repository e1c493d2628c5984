import { v4 as uuid } from 'uuid';
import { expect, test } from 'vitest';
import { createSendScheduler, type SendRequest } from './send-scheduler.ts';

const toSend = (mailboxId = uuid()): SendRequest => ({ instanceId: uuid(), messageId: uuid(), mailboxId });

/** A scheduler whose sends end when the test says so. */
function schedulerOfTest() {
  const started = new Map<string, { freeSlot: () => void; end: () => void }>();
  const stop = new AbortController();
  const scheduler = createSendScheduler(
    ({ messageId }, freeSlot) => new Promise((end) => started.set(messageId, { freeSlot, end })),
    stop.signal,
  );
  return { scheduler, started, stop };
}

test('as many are sent at once as there are slots, and the next when one ends', async () => {
  const { scheduler, started } = schedulerOfTest();
  for (let n = 0; n < 40; n += 1) scheduler.schedule(toSend());
  expect(started.size).toBe(32);
  [...started.values()][7]!.end();
  await expect.poll(() => started.size).toBe(33);
});

test('a mailbox has four slots at most, and the others go on', () => {
  const { scheduler, started } = schedulerOfTest();
  const [flooded, other] = [uuid(), uuid()];
  for (let n = 0; n < 10; n += 1) scheduler.schedule(toSend(flooded));
  expect(started.size).toBe(4);
  scheduler.schedule(toSend(other));
  expect(started.size).toBe(5);
});

test('messages that wait for memory keep no others back, except of their own mailbox', () => {
  const { scheduler, started } = schedulerOfTest();
  const [large, small] = [uuid(), toSend()];
  for (let n = 0; n < 28; n += 1) scheduler.schedule(toSend());
  for (let n = 0; n < 5; n += 1) scheduler.schedule(toSend(large));
  scheduler.schedule(small);
  expect(started.size).toBe(32);
  expect(started.has(small.messageId)).toBe(false);
  [...started.values()].at(-1)!.freeSlot();
  expect(started.size).toBe(33);
  expect(started.has(small.messageId)).toBe(true);
});

test('a slot is freed once only', async () => {
  const { scheduler, started } = schedulerOfTest();
  for (let n = 0; n < 40; n += 1) scheduler.schedule(toSend());
  const [first] = [...started.values()];
  first!.freeSlot();
  first!.freeSlot();
  first!.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(started.size).toBe(33);
});

test('nothing is started after the stop, and what was started ends', async () => {
  const { scheduler, started, stop } = schedulerOfTest();
  scheduler.schedule(toSend());
  stop.abort();
  scheduler.schedule(toSend());
  expect(started.size).toBe(1);
  [...started.values()][0]!.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(started.size).toBe(1);
});
