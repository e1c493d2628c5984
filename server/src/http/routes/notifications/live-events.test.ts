import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Event } from '../../../events/event-types.ts';
import { lastEvent } from '../../../events/read-events.ts';
import { recordEvent } from '../../../events/record-event.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
let fixture: Fixture;
let instanceId: string;
let person: Awaited<ReturnType<Fixture['person']>>;

beforeAll(async () => {
  fixture = await createHttpFixture({ bounds: { liveStreamsPerUser: 1_000 } });
  ({ instanceId } = await fixture.admin());
  person = await fixture.person(instanceId, 'agent');
});
afterAll(() => fixture?.close());

const record = (...events: Event[]) =>
  fixture.inInstance(instanceId, async (tx) => {
    for (const event of events) recordEvent(tx, event);
  });
const changed = (mailboxId: string): Event => ({ type: 'mailbox.changed', data: { mailboxId } });
const newest = () => lastEvent(fixture.needs.database, instanceId);
const range = (after: number, last: number) =>
  Array.from({ length: last - after }, (_, at) => after + at + 1);

type Received = { event: string; seq: number; type?: string };

/** Opens a stream, and collects what it receives. */
async function listen({ query = '', headers = person.headers as Record<string, string> } = {}) {
  const stop = new AbortController();
  const answer = await fetch(`${fixture.address}/api/instances/${instanceId}/events${query}`, {
    headers,
    signal: stop.signal,
  });
  const received: Received[] = [];
  const ended = (async () => {
    let text = '';
    for await (const chunk of answer.body!) {
      text += Buffer.from(chunk).toString();
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(event) ?? [];
        if (name) received.push({ event: name, ...JSON.parse(data!) });
      }
    }
  })().catch(() => {});
  await expect.poll(() => received[0]?.event).toBe('hello');
  return {
    received,
    ended,
    numbers: () => received.filter(({ event }) => event === 'message').map(({ seq }) => seq),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

test('streams opened, cut and resumed while events commit receive each event once, in order', async () => {
  const before = await newest();
  const streams = [await listen(), await listen()];
  const cut = await listen();
  const commitMany = () =>
    Promise.allSettled(
      Array.from({ length: 150 }, (_, at) =>
        fixture.inInstance(instanceId, async (tx) => {
          recordEvent(tx, changed(String(at)));
          if (at % 3 === 0) recordEvent(tx, changed(`${at} again`));
          if (at % 7 === 0) throw new Error('rolled back');
        }),
      ),
    );
  let committed = commitMany();
  streams.push(await listen({ query: `?after=${before}` }));
  await expect.poll(() => cut.numbers().length).toBeGreaterThan(10);
  await cut.stop();
  const resumedAfter = cut.numbers().at(-1)!;
  await committed;
  committed = commitMany();
  const resumed = await listen({ headers: { ...person.headers, 'last-event-id': String(resumedAfter) } });
  await committed;
  const last = await newest();
  for (const stream of streams) {
    await expect.poll(() => stream.numbers().at(-1)).toBe(last);
    expect(stream.numbers()).toEqual(range(before, last));
    await stream.stop();
  }
  await expect.poll(() => resumed.numbers().at(-1)).toBe(last);
  expect([...cut.numbers(), ...resumed.numbers()]).toEqual(range(before, last));
  await resumed.stop();
});

test('an event costs the database the same for one stream and for fifty', async () => {
  const connects = vi.spyOn(fixture.needs.deployment.pool, 'connect');
  const costWith = async (streams: Array<Awaited<ReturnType<typeof listen>>>) => {
    connects.mockClear();
    for (let count = 0; count < 5; count += 1) {
      await record(changed('counted'));
      const last = await newest();
      for (const stream of streams) await expect.poll(() => stream.numbers().at(-1)).toBe(last);
    }
    return connects.mock.calls.length;
  };
  const one = [await listen()];
  const costOfOne = await costWith(one);
  const fifty = [...one, ...(await Promise.all(Array.from({ length: 49 }, () => listen())))];
  const costOfFifty = await costWith(fifty);
  connects.mockRestore();
  expect(costOfFifty).toBeLessThanOrEqual(costOfOne + 5);
  for (const stream of fifty) await stream.stop();
});

test('a page behind what is kept in memory gets the rest from the table', async () => {
  const before = await newest();
  const follower = await listen();
  for (let count = 0; count < 8; count += 1)
    await record(...Array.from({ length: 100 }, () => changed('many')));
  await expect.poll(() => follower.numbers().at(-1)).toBe(before + 800);
  const late = await listen({ query: `?after=${before}` });
  await expect.poll(() => late.numbers().at(-1)).toBe(before + 800);
  expect(late.numbers()).toEqual(range(before, before + 800));
  await Promise.all([follower.stop(), late.stop()]);
});

test('a page more than 1,000 events behind, or ahead of the database, reloads its data', async () => {
  const last = await newest();
  for (const after of [last - 1_001, last + 5]) {
    const stream = await listen({ query: `?after=${after}` });
    await expect.poll(() => stream.received[1]).toMatchObject({ event: 'reset', seq: last });
    await stream.stop();
  }
});

test('an event of one user is not sent to others, nor any event to another organization', async () => {
  const other = await fixture.person(instanceId, 'agent');
  const { instanceId: elsewhere } = await fixture.admin();
  const [own, others] = [await listen(), await listen({ headers: other.headers })];
  await fixture.inInstance(elsewhere, async (tx) => recordEvent(tx, changed('elsewhere')));
  await record(
    { type: 'notification.changed', data: { userId: person.id } },
    { type: 'draft.changed', data: { draftId: 'draft', userId: person.id } },
    changed('seen by all'),
  );
  const types = ({ received }: { received: Received[] }) => received.map(({ type }) => type).slice(1);
  await expect.poll(() => types(own)).toEqual(['notification.changed', 'draft.changed', 'mailbox.changed']);
  await expect.poll(() => types(others)).toEqual(['mailbox.changed']);
  await Promise.all([own.stop(), others.stop()]);
});

test('a user with events of others between gets their own, resumed from the table too', async () => {
  const before = await newest();
  const follower = await listen();
  const others = { type: 'notification.changed', data: { userId: 'another' } } as const;
  for (let count = 0; count < 6; count += 1)
    await record(...Array.from({ length: 100 }, (_, at) => (at === 99 ? changed('seen') : others)));
  const expected = range(0, 6).map((hundred) => before + 100 * hundred);
  await expect.poll(() => follower.numbers()).toEqual(expected);
  const late = await listen({ query: `?after=${before}` });
  await expect.poll(() => late.numbers()).toEqual(expected);
  await Promise.all([follower.stop(), late.stop()]);
});

test('an event committed after the session ended is not sent, even without a notice', async () => {
  const leaver = await fixture.person(instanceId, 'agent');
  const stream = await listen({ headers: leaver.headers });
  await fixture.needs.deployment.pool.query('delete from session where user_id = $1', [leaver.id]);
  await record(changed('not for the leaver'));
  await stream.ended;
  expect(stream.numbers()).toEqual([]);
});

test('a client that pauses delays nobody, holds little memory, and then receives everything', {
  timeout: 60_000,
}, async () => {
  const before = await newest();
  const follower = await listen();
  const { hostname, port } = new URL(fixture.address);
  const answered = once(fixture.app.server, 'request');
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.write(
    `GET /api/instances/${instanceId}/events HTTP/1.1\r\nHost: localhost\r\nCookie: ${person.headers.cookie}\r\n\r\n`,
  );
  const [, response] = (await answered) as [unknown, ServerResponse];
  await expect.poll(() => text).toContain('event: hello');
  socket.pause();
  // More and more, until the buffers of the operating system are full and the server waits.
  await expect
    .poll(
      async () => {
        await record(...Array.from({ length: 20 }, () => changed('x'.repeat(8_000))));
        return response.writableNeedDrain;
      },
      { interval: 1, timeout: 20_000 },
    )
    .toBe(true);
  const held = [response.writableLength];
  await record(...Array.from({ length: 40 }, () => changed('x'.repeat(8_000))));
  const last = await newest();
  await expect.poll(() => follower.numbers().at(-1)).toBe(last);
  held.push(response.writableLength);
  // Less than what was recorded since: the rest is read when the client reads again.
  expect(Math.max(...held)).toBeLessThan(256 * 1024);
  socket.resume();
  await expect.poll(() => text.match(/^id: (\d+)$/gm)?.at(-1), { timeout: 30_000 }).toBe(`id: ${last}`);
  expect(text.match(/^id: \d+$/gm)).toEqual(range(before, last).map((seq) => `id: ${seq}`));
  socket.destroy();
  await follower.stop();
});

test('what a client missed is sent in small parts, however large the events are', async () => {
  const before = await newest();
  await record(...Array.from({ length: 150 }, () => changed('x'.repeat(8_000))));
  const answered = once(fixture.app.server, 'request');
  const listening = listen({ query: `?after=${before}` });
  const [, response] = (await answered) as [unknown, ServerResponse];
  const write = vi.spyOn(response, 'write');
  const late = await listening;
  await expect.poll(() => late.numbers()).toEqual(range(before, before + 150));
  const sizes = write.mock.calls.map(([chunk]) => Buffer.byteLength(chunk as string | Buffer));
  expect(Math.max(...sizes)).toBeLessThan(80 * 1024);
  await late.stop();
});

test('after a failed read the streams end, and a page that returns misses nothing', async () => {
  const stream = await listen();
  const before = await newest();
  const { database } = fixture.needs;
  const fail = vi.spyOn(database, 'inInstance').mockRejectedValue(new Error('away'));
  const { rowCount } = await fixture.needs.deployment.pool.query(
    `select pg_notify('postroom_events', $1::text)`,
    [instanceId],
  );
  expect(rowCount).toBe(1);
  await stream.ended;
  fail.mockRestore();
  await record(changed('missed'));
  const again = await listen({ query: `?after=${before}` });
  await expect.poll(() => again.numbers()).toEqual([before + 1]);
  await again.stop();
});
