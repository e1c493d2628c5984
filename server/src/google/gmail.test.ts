import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMailbox, simulatorControls } from '../testing/gmail-mailbox.ts';
import { startSimulatedGoogle } from '../testing/simulated-google.ts';
import type { GoogleResult } from './errors.ts';
import { findSent } from './find-sent.ts';
import type { Gmail } from './gmail.ts';
import { type HistoryPage, listHistory } from './history.ts';
import { getHeaders, getRawMessage, type IncompleteMessage, listMessages } from './messages.ts';
import { getProfile } from './profile.ts';
import { deliveryHeader, maxMessageBytes, sendMessage } from './send.ts';
import { listSendAs } from './send-as.ts';
import { stopWatch } from './watch.ts';

let google: Awaited<ReturnType<typeof startSimulatedGoogle>>;
let world: ReturnType<typeof simulatorControls>;
let support: Gmail;
let ana: Gmail;
beforeAll(async () => {
  google = await startSimulatedGoogle();
  world = simulatorControls(google);
  await world.quota(null);
  support = await openMailbox(google, 'support@acme.example');
  ana = await openMailbox(google, 'ana.silva@mail.example');
});
afterAll(() => google.stop());

function ok<T>(answer: GoogleResult<T> | IncompleteMessage): T {
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return answer.value;
}

let n = 0;
/** A message to Ana, with bytes in its body that only a faithful way keeps. */
function mail(
  options: { subject?: string; delivery?: string; headers?: string[]; body?: Buffer } = {},
): Buffer {
  n += 1;
  const lines = [
    'From: Acme Support <support@acme.example>',
    'To: ana.silva@mail.example',
    `Subject: ${options.subject ?? `Number ${n}`}`,
    `Message-ID: <${n}@postroom.example>`,
    ...(options.delivery ? [`${deliveryHeader}: ${options.delivery}`] : []),
    ...(options.headers ?? []),
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: binary',
  ];
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`),
    options.body ?? Buffer.from('hello\r\n'),
  ]);
}

/** Google's times may be whole seconds. */
function expectBetween(date: Date | null, from: number, to: number): void {
  expect(date?.getTime()).toBeGreaterThan(from - 1_000);
  expect(date?.getTime()).toBeLessThanOrEqual(to);
}

test('a historyId beyond 2^53 is kept exactly', async () => {
  const before = Date.now();
  const { address, historyId, serverDate } = ok(await getProfile(support));
  expect(address).toBe('support@acme.example');
  expect(historyId).toBe(google.historyIdOf(address));
  expect(BigInt(historyId)).toBeGreaterThan(2n ** 53n);
  expectBetween(serverDate, before, Date.now());
});

test('a new message is in history and fetched byte for byte', async () => {
  const { historyId } = ok(await getProfile(support));
  const body = Buffer.concat([Buffer.from([0, 255, 13, 10, 10, 13, 46, 13, 10]), randomBytes(5_000)]);
  const before = Date.now();
  await world.deliver('someone@outside.example', ['support@acme.example'], mail({ body }));
  const {
    changes,
    nextStartHistoryId: through,
    nextPageToken,
  } = ok(await listHistory(support, { startHistoryId: historyId }));
  expect(changes).toEqual([
    {
      kind: 'added',
      messageId: expect.any(String),
      threadId: expect.any(String),
      labels: expect.arrayContaining(['INBOX']),
    },
  ]);
  expect(nextPageToken).toBeNull();
  expect(BigInt(through)).toBeGreaterThan(BigInt(historyId));
  const { messageId, threadId } = changes[0]!;
  const message = ok(await getRawMessage(support, messageId));
  expect(message).toMatchObject({
    id: messageId,
    threadId,
    labels: expect.arrayContaining(['INBOX', 'UNREAD']),
  });
  expectBetween(message.internalDate, before, Date.now());
  expect(Buffer.from(message.raw).subarray(-body.length).equals(body)).toBe(true);
  const listed = ok(await listMessages(support, { labels: ['INBOX'] }));
  expect(listed.messages).toContainEqual({ id: messageId, threadId });
});

test('history of several pages is complete', async () => {
  const { historyId } = ok(await getProfile(support));
  for (let i = 0; i < 510; i++) {
    await world.deliver('someone@outside.example', ['support@acme.example'], mail());
  }
  const seen = new Set<string>();
  let pageToken: string | null = null;
  let pages = 0;
  do {
    const page: HistoryPage = ok(await listHistory(support, { startHistoryId: historyId, pageToken }));
    for (const { messageId } of page.changes) seen.add(messageId);
    pageToken = page.nextPageToken;
    pages += 1;
  } while (pageToken);
  expect(pages).toBeGreaterThan(1);
  expect(seen.size).toBe(510);
  // Continuing from the end of a page returns the rest, and nothing twice.
  const first = ok(await listHistory(support, { startHistoryId: historyId }));
  const rest = ok(await listHistory(support, { startHistoryId: first.nextStartHistoryId }));
  const ids = [...first.changes, ...rest.changes].map(({ messageId }) => messageId);
  expect(ids).toHaveLength(510);
  expect(new Set(ids)).toEqual(seen);
});

test('expired history differs from a deleted message', async () => {
  const { historyId } = ok(await getProfile(ana));
  await world.deliver('someone@outside.example', ['ana.silva@mail.example'], mail());
  await world.expireHistory('ana.silva@mail.example');
  expect(await listHistory(ana, { startHistoryId: historyId })).toEqual({ kind: 'history-expired' });
  expect(await getRawMessage(ana, 'ffffffffffffffff')).toEqual({ kind: 'not-found' });
});

test('a sent message is found by our header', async () => {
  const since = new Date(Date.now() - 60_000);
  expect(await findSent(support, { deliveryId: 'one', since })).toEqual({ kind: 'ok', value: null });
  const { id } = ok(await sendMessage(support, { raw: mail({ delivery: 'one' }), threadId: null }));
  for (let i = 0; i < 3; i++)
    ok(await sendMessage(support, { raw: mail({ delivery: `other ${i}` }), threadId: null }));
  const found = ok(await findSent(support, { deliveryId: 'one', since }));
  expect(found).toBe(id);
  const { headers } = ok(await getHeaders(support, id, ['Message-ID', deliveryHeader, 'X-Absent']));
  const messageId = expect.stringContaining('@mail.gmail.com');
  expect(headers).toEqual({ 'Message-ID': messageId, [deliveryHeader]: 'one', 'X-Absent': null });
  // Nothing older is searched, except for the difference of clocks.
  const later = new Date(Date.now() + 5 * 60_000);
  expect(await findSent(support, { deliveryId: 'one', since: later })).toEqual({ kind: 'ok', value: null });
});

test('a reply stays in its thread; another mailbox’s thread is not found', async () => {
  const first = ok(await sendMessage(support, { raw: mail({ subject: 'Topic' }), threadId: null }));
  const { headers } = ok(await getHeaders(support, first.id, ['Message-ID']));
  const references = [`In-Reply-To: ${headers['Message-ID']}`, `References: ${headers['Message-ID']}`];
  const answer = mail({ subject: 'Re: Topic', headers: references });
  expect(ok(await sendMessage(support, { raw: answer, threadId: first.threadId })).threadId).toBe(
    first.threadId,
  );
  const inAnas = ok(await listMessages(ana, {})).messages[0]!;
  expect(await sendMessage(support, { raw: mail(), threadId: inAnas.threadId })).toEqual({
    kind: 'not-found',
  });
});

test('30 MB are sent and fetched byte for byte; more than the limit is refused', async () => {
  const body = randomBytes(30_000_000);
  const { threadId } = ok(
    await sendMessage(support, { raw: mail({ body, subject: 'Large' }), threadId: null }),
  );
  expect(threadId).not.toBe('');
  const { messages } = ok(await listMessages(ana, { labels: ['INBOX'] }));
  const { raw } = ok(await getRawMessage(ana, messages[0]!.id));
  expect(Buffer.from(raw).subarray(-body.length).equals(body)).toBe(true);
  const over = await sendMessage(support, { raw: new Uint8Array(maxMessageBytes + 1), threadId: null });
  expect(over).toMatchObject({ kind: 'refused', problem: { code: 'message-too-large' } });
});

test('an invalid recipient is refused', async () => {
  const raw = Buffer.from('From: support@acme.example\r\nTo: nobody\r\nSubject: x\r\n\r\nx');
  expect(await sendMessage(support, { raw, threadId: null })).toMatchObject({
    kind: 'refused',
    problem: { code: 'recipient-refused' },
  });
  const alone = Buffer.from('From: support@acme.example\r\nSubject: x\r\n\r\nx');
  expect(await sendMessage(support, { raw: alone, threadId: null })).toMatchObject({
    problem: { code: 'recipient-refused' },
  });
});

test('send-as addresses: the primary first, with their status', async () => {
  await world.sendAs('sales@acme.example', 'john@acme.example', 'John Carter', 'accepted');
  await world.sendAs('sales@acme.example', 'New@acme.example', 'New', 'pending');
  const all = ok(await listSendAs(await openMailbox(google, 'sales@acme.example')));
  expect(all[0]).toMatchObject({ address: 'sales@acme.example', accepted: true, isPrimary: true });
  expect(all).toContainEqual({
    address: 'john@acme.example',
    name: 'John Carter',
    accepted: true,
    isPrimary: false,
  });
  expect(all).toContainEqual({ address: 'new@acme.example', name: 'New', accepted: false, isPrimary: false });
});

test('stopping a watch that does not exist succeeds', async () => {
  expect(await stopWatch(support)).toEqual({ kind: 'ok', value: null });
});
