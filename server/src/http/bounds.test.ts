import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvent } from '../events/record-event.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
let fixture: Fixture;
let person: Awaited<ReturnType<Fixture['person']>>;
let instanceId: string;

beforeAll(async () => {
  fixture = await createHttpFixture({
    bounds: {
      headersMs: 300,
      bodyMs: 300,
      bodyBytesPerSecond: 50_000,
      liveStreamsPerUser: 2,
      liveStreamBacklog: 64 * 1024,
    },
  });
  ({ instanceId } = await fixture.admin());
  person = await fixture.person(instanceId, 'agent');
});
afterAll(() => fixture.close());

/** Sends a beginning, then single bytes until the server closes the connection; resolves with its answer. */
function dribble(beginning: string): Promise<string> {
  const { hostname, port } = new URL(fixture.address);
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(port), hostname, () => socket.write(beginning));
    const drip = setInterval(() => socket.write('x'), 20);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(drip);
      resolve(answer);
    });
  });
}
const head = (path: string, headers: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}`;

test('a header that arrives a byte at a time is refused with 408', async () => {
  expect(await dribble(head('/api/auth/sign-in/email', 'X: '))).toMatch(/^HTTP\/1.1 408 /);
});

test.each(['Content-Length: 100000', 'Transfer-Encoding: chunked'])(
  'a body that arrives a byte at a time is refused with 408 (%s)',
  async (length) => {
    const chunk = length.startsWith('T') ? 'fff\r\n' : '';
    const answer = await dribble(head('/api/auth/sign-in/email', `${length}\r\n\r\n${chunk}{`));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"request-too-slow"');
  },
);

test('a connection whose request was answered before its body is closed too', async () => {
  const path = `/api/instances/${instanceId}/bulk-messages/${uuid()}/recipients`;
  expect(await dribble(head(path, 'Content-Length: 100000\r\n\r\n'))).toMatch(/^HTTP\/1.1 401 /);
});

test('a large body at a fair speed may take longer than the first bound', async () => {
  const { hostname, port } = new URL(fixture.address);
  const body = JSON.stringify({ email: 'a@acme.example', password: 'x'.repeat(900_000) });
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('data', (chunk) => {
      resolve(String(chunk));
      socket.destroy();
    });
    socket.write(head('/api/auth/sign-in/email', `Content-Length: ${body.length}\r\n\r\n`));
    socket.write(body.slice(0, -1));
    // The bound without these bytes is over then; with them it is 18 s, also enough for a busy machine.
    setTimeout(() => socket.write(body.slice(-1)), 500);
  });
  expect(answer).not.toMatch(/^HTTP\/1.1 408 /);
});

const openStream = (headers: Record<string, string>) =>
  fetch(`${fixture.address}/api/instances/${instanceId}/events`, { headers });

test('a user has a bounded number of live streams, and another user has their own', async () => {
  const streams = await Promise.all([1, 2, 3].map(() => openStream(person.headers)));
  expect(streams.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  const refused = streams.find(({ status }) => status === 429)!;
  expect(await refused.json()).toMatchObject({ code: 'too-many-live-streams', params: { limit: 2 } });
  const other = await openStream((await fixture.person(instanceId, 'agent')).headers);
  expect(other.status).toBe(200);
  for (const { status, body } of [...streams, other]) if (status === 200) await body!.cancel();
  await expect.poll(async () => (await openStream(person.headers)).status).toBe(200);
});

test('a live stream that is not read is closed, and its backlog with it', async () => {
  const reader = await fixture.person(instanceId, 'agent');
  const { hostname, port } = new URL(fixture.address);
  const accepted = once(fixture.app.server, 'connection');
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `GET /api/instances/${instanceId}/events HTTP/1.1\r\nHost: localhost\r\nCookie: ${reader.headers.cookie}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  const [serverSide] = (await accepted) as [Socket];
  await expect
    .poll(async () => {
      // More and more, until the buffers of the operating system are full.
      await fixture.inInstance(instanceId, async (tx) => {
        for (let count = 0; count < 200; count += 1)
          recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: 'x'.repeat(8_000) } });
      });
      return serverSide.destroyed;
    })
    .toBe(true);
  socket.destroy();
});
