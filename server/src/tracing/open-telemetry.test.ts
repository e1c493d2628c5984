import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openParser } from '../inbound/parse/parser.ts';
import { lookAtMailboxes } from '../inbound/sync/look-loop.ts';
import { requestSync } from '../mailboxes/request-sync.ts';
import { composeReply } from '../outbound/compose/compose.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { startTraceReceiver } from '../testing/trace-receiver.ts';
import { signInFirstAdmin, startWebProcess } from '../testing/web-process.ts';
import { startTracing } from './open-telemetry.ts';
import { inSpan, inTrace } from './tracing.ts';

type Fixture = Awaited<ReturnType<typeof createMailFlowFixture>>;
let fixture: Fixture;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(() => fixture?.close());

let receiver: Awaited<ReturnType<typeof startTraceReceiver>>;
let warnings: Array<[object, string]>;
const clock = { now: 0 };
let tracing: { stop(): Promise<void> } | null;
beforeEach(async () => {
  receiver = await startTraceReceiver();
  warnings = [];
  tracing = null;
});
afterEach(async () => {
  await tracing?.stop();
  await receiver.close();
  vi.unstubAllEnvs();
});

function start(env: Record<string, string> = {}) {
  for (const [name, value] of Object.entries({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env }))
    vi.stubEnv(name, value);
  const log = { warn: (details: object, message: string) => void warnings.push([details, message]) };
  tracing = startTracing(process.env, { serviceName: 'postroom-web', log, now: () => clock.now });
  return tracing;
}

/** The spans by name, with the name of the parent: of those of `traceId` if it is given. */
function tree(traceId?: string) {
  const spans = receiver.spans().filter((span) => !traceId || span.traceId === traceId);
  const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId }) => [name, nameOf.get(parentSpanId) ?? (parentSpanId || 'none')]);
}

/** Sends the body once the server has taken the request, so that it arrives in another event of the connection. */
async function putInTwoParts(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: object },
) {
  const sent = request(url, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json', expect: '100-continue' },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.end(JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

test('a request is a trace with its transactions, in the trace of whoever asked, without words or ids', async () => {
  const web = await startWebProcess(fixture.needs.deployment.connection, {
    POSTROOM_TRUST_TRACEPARENT: 'true',
  });
  try {
    const { headers, instancePath } = await signInFirstAdmin(web.address);
    const { stop } = start({ OTEL_SERVICE_NAME: 'inbox' });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const tagId = crypto.randomUUID();
    const status = await putInTwoParts(`${web.address}${instancePath}/tags/${tagId}?q=word-in-the-query`, {
      headers: {
        ...headers,
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
        tracestate: 'word=in-the-state',
      },
      body: { name: 'word-in-the-body' },
    });
    expect(status).toBe(200);
    const answers = [
      await fetch(`${web.address}/oauth/ana.silva@mail.example`, { headers }),
      await fetch(`${web.address}/healthz`),
    ];
    for (const answer of answers) await answer.arrayBuffer();
    await stop();

    const route = 'PUT /api/instances/:instanceId/tags/:tagId';
    expect(tree(traceId)).toContainEqual(['transaction', route]);
    expect(tree(traceId)).toContainEqual([route, 'b7ad6b7169203331']);
    const span = receiver.spans().find(({ name }) => name === route)!;
    expect(span.service).toBe('inbox');
    expect(span.attributes).toEqual({
      'http.request.method': 'PUT',
      'http.route': '/api/instances/:instanceId/tags/:tagId',
      'http.response.status_code': 200,
      'postroom.instance_id': instancePath.split('/').at(-1),
    });
    const names = tree().map(([name]) => name);
    expect(names).toContain('GET (page)');
    expect(names.join()).not.toMatch(/healthz/);
    expect(receiver.bytes().toString('latin1')).not.toMatch(
      new RegExp(`word-in|in-the-state|ana[.]silva|${tagId}|127[.]0[.]0[.]1`),
    );
  } finally {
    await web.stop();
  }
});

test('unless it is trusted, a traceparent chooses neither the trace nor whether it is recorded', async () => {
  const web = await startWebProcess(fixture.needs.deployment.connection);
  try {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const ask = async (flags: string) => {
      const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}` };
      await (await fetch(`${web.address}/api/me`, { headers })).arrayBuffer();
    };
    const recording = start();
    await ask('00');
    await recording.stop();
    expect(tree()).toEqual([['GET /api/me', 'none']]);
    const sampling = start({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    await ask('01');
    await sampling.stop();
    expect(receiver.spans()).toHaveLength(1);
    expect(tree(traceId)).toEqual([]);
  } finally {
    await web.stop();
  }
});

test('a look at a mailbox and a delivery are traces with their calls of Gmail, without words or addresses', async () => {
  const { needs, instanceId, mailboxId, admin } = fixture;
  const { stop } = start();
  fixture.arrive(
    { From: 'Ana Silva <ana.silva@mail.example>', Subject: 'Word-in-the-subject' },
    'Word-in-it',
  );
  const parser = openParser();
  await fixture.read((tx) => requestSync(tx, [mailboxId]));
  const look = lookAtMailboxes({ ...needs, parser });
  for (const item of await look.take(10)) await look.run(item, new AbortController().signal);
  await parser.close();
  const messageId = crypto.randomUUID();
  await fixture.read(async (tx) => {
    const { id } = await tx.sql.selectFrom('conversation').select('id').executeTakeFirstOrThrow();
    const reply = {
      ...{ id: messageId, conversationId: id, mailboxId, to: ['ana.silva@mail.example'], cc: [], bcc: [] },
      html: '<p>Word-in-the-answer</p>',
      author: { id: admin.actor.id, name: 'Word-in-the-name', email: 'john@acme.example' },
      now: new Date(),
    };
    await composeReply(tx, reply, fixture.enqueue);
  });
  await fixture.deliver(messageId);
  expect(fixture.ledger()).toContainEqual(expect.objectContaining({ kind: 'accepted', delivery: messageId }));
  await stop();

  expect(tree()).toContainEqual(['deliver', 'none']);
  expect(tree()).toContainEqual(['gmail send', 'deliver']);
  expect(tree()).toContainEqual(['transaction', 'deliver']);
  expect(tree()).toContainEqual(['look at mailboxes', 'none']);
  expect(tree()).toContainEqual(['gmail history', 'look at mailboxes']);
  expect(tree()).toContainEqual(['transaction', 'look at mailboxes']);
  expect(receiver.spans().find(({ name }) => name === 'look at mailboxes')!.attributes).toEqual({
    'postroom.instance_id': instanceId,
  });
  expect(receiver.bytes().toString('latin1')).not.toMatch(/word-in|ana[.]silva|acme/i);
});

test('a collector that refuses is logged once in 30 s, and what is traced goes on', async () => {
  start();
  receiver.answer(400);
  const work = async (times: number) => {
    for (let time = 0; time < times; time += 1)
      expect(await inTrace({ name: 'work' }, async () => 'done')).toBe('done');
  };
  // So many are sent at once.
  for (const exported of [1, 2, 3]) {
    await work(512);
    await receiver.received(exported);
  }
  await vi.waitFor(() => expect(warnings).toHaveLength(1), 10_000);
  clock.now += 30_000;
  await vi.waitFor(async () => {
    await work(512);
    expect(warnings).toHaveLength(2);
  }, 10_000);
  expect(warnings[0]).toEqual([
    { error: 'Bad Request', leftOut: 0 },
    'traces could not be sent; Postroom works without',
  ]);
});

test('a collector that cannot be reached keeps the end of the process waiting for a second at most', async () => {
  const { stop } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  await inTrace({ name: 'work' }, async () => {});
  const began = performance.now();
  await stop();
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('what outlives its span is no part of it, and a failure is named by its code alone', async () => {
  const { stop } = start();
  let later = Promise.resolve();
  const failing = inTrace({ name: 'first' }, async () => {
    later = sleep(1)
      .then(() => failing.catch(() => {}))
      .then(() => inSpan({ name: 'after' }, async () => {}));
    await inSpan({ name: 'inner' }, () =>
      Promise.reject(Object.assign(new Error('word-in-it'), { code: '23505' })),
    );
  });
  await expect(failing).rejects.toThrow('word-in-it');
  await later;
  await stop();
  expect(tree()).toEqual([
    ['inner', 'first'],
    ['first', 'none'],
  ]);
  expect(receiver.spans().map(({ attributes }) => attributes)).toEqual([
    { 'error.type': '23505' },
    { 'error.type': '23505' },
  ]);
  expect(String(receiver.bytes())).not.toContain('word-in');
});

test('a trace holds 500 spans, and says how many more there were', async () => {
  const { stop } = start();
  await inTrace({ name: 'first' }, async () => {
    for (let span = 0; span < 600; span += 1) await inSpan({ name: 'inner' }, async () => {});
  });
  await stop();
  expect(receiver.spans()).toHaveLength(500);
  expect(receiver.spans().at(-1)).toMatchObject({
    name: 'first',
    attributes: { 'postroom.spans_left_out': 101 },
  });
});

test('OTEL_TRACES_SAMPLER chooses what is traced', async () => {
  const { stop } = start({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
  await inTrace({ name: 'work' }, () => inSpan({ name: 'inner' }, async () => {}));
  await stop();
  expect(receiver.spans()).toEqual([]);
  expect(warnings).toEqual([]);
  await start({ OTEL_TRACES_SAMPLER: 'sometimes' }).stop();
  expect(warnings).toHaveLength(1);
});
