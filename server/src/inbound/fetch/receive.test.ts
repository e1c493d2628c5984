import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { openParser } from '../parse/parser.ts';
import { receive } from './receive.ts';

const parser = openParser();
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(async () => {
  await fixture.close();
  await parser.close();
});

/** A Gmail with a hundred messages of a size; it records the most bytes in flight at once. */
function gmailOf(bytes: number) {
  const body = 'x'.repeat(bytes);
  const seen = { asked: 0, underWay: 0, most: 0 };
  const answer = async ({ id }: { id: string }) => {
    seen.asked += 1;
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.underWay -= 1;
    const raw = Buffer.from(`From: a@far.example\r\nSubject: ${id}\r\n\r\n${body}`).toString('base64url');
    return {
      data: { id, threadId: id, historyId: '1', internalDate: String(Date.now()), labelIds: ['INBOX'], raw },
    };
  };
  const api = { users: { messages: { get: answer } } };
  const request = async (_what: object, work: (api: never, options: object) => Promise<unknown>) => ({
    kind: 'ok',
    value: await work(api as never, {}),
  });
  return { gmail: { request } as never, seen };
}

const receiveAll = (gmail: never, ids: string[]) =>
  receive(
    { ...fixture.needs, parser, gmail, signal: new AbortController().signal },
    { instanceId: fixture.instanceId, mailboxId: fixture.mailboxId, connectedAt: new Date(0) },
    ids.map((gmailId) => ({ gmailId, arrived: true })),
  );
const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

test('the bytes of messages fetched ahead are bounded', async () => {
  const small = gmailOf(2_000);
  expect(await receiveAll(small.gmail, ids('small', 60))).toEqual({ kind: 'ok', stored: 60 });
  const large = gmailOf(20 * 1024 * 1024);
  expect(await receiveAll(large.gmail, ids('large', 7))).toEqual({ kind: 'ok', stored: 7 });
  expect(large.seen.most).toBeLessThanOrEqual(4);
}, 120_000);

test('more messages are listed than a statement takes parameters', async () => {
  const { gmail, seen } = gmailOf(10);
  const known = ids('small', 60);
  const many = Array.from({ length: 70_000 }, (_, at) => known[at % known.length]!);
  expect(await receiveAll(gmail, many)).toEqual({ kind: 'ok', stored: 0 });
  expect(seen.asked).toBe(0);
});
