import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unreadable } from '../parse/parse-message.ts';
import { fetchAhead } from './fetch-ahead.ts';

/** How many messages each transaction stores of so many, of which each is there a moment after the one before. */
async function batchesOf(count: number): Promise<number[]> {
  let before = Promise.resolve();
  const getMessage = async ({ id }: { id: string }) => {
    before = before.then(() => setImmediate());
    await before;
    const raw = Buffer.from(`From: a@far.example\r\nSubject: ${id}\r\n\r\nHello`).toString('base64url');
    return { data: { id, threadId: id, historyId: '1', internalDate: '1790000000000', raw } };
  };
  const api = { users: { messages: { get: getMessage } } };
  const gmail = {
    request: async (_: object, work: (api: never, options: object) => Promise<unknown>) => ({
      kind: 'ok',
      value: await work(api as never, {}),
    }),
  };
  const parser = {
    parse: async (zstd: Buffer) => ({ parsed: unreadable(''), zstd, threadId: 0 }),
    close: async () => {},
  };
  const deps = { gmail: gmail as never, parser };
  const wanted = Array.from({ length: count }, (_, at) => ({ gmailId: `m${at}`, arrived: true }));
  const sizes: number[] = [];
  const signal = new AbortController().signal;
  for await (const ready of fetchAhead({ ...deps, signal }, { connectedAt: new Date(0) }, wanted)) {
    sizes.push(ready.length);
    await setImmediate();
  }
  return sizes;
}

// Where this process is not run for long, they wait no longer for each other.
test('messages that are there together are stored in few transactions', { retry: 2 }, async () => {
  expect(await batchesOf(1)).toEqual([1]);
  expect(await batchesOf(8)).toEqual([8]);
  expect((await batchesOf(100)).length).toBeLessThan(12);
});
