import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { gmail, type gmail_v1, type MethodOptions } from '@googleapis/gmail';
import { expect, test } from 'vitest';
import { requestOptions } from './client.ts';
import { failureOfThrown } from './errors.ts';

const message = { id: 'a', snippet: 'Grüße', raw: Buffer.from('Subject: x\r\n\r\nx').toString('base64url') };
const json = { 'content-type': 'application/json; charset=UTF-8' };

type Call = (
  messages: gmail_v1.Resource$Users$Messages,
  options: MethodOptions,
) => Promise<{ data: unknown }>;
const getMessage: Call = (messages, options) =>
  messages.get({ userId: 'me', id: 'a', format: 'raw' }, options);
const upload = (raw: Buffer): Call => {
  const media = { mimeType: 'message/rfc822', body: Readable.from([raw]) };
  return (messages, options) =>
    messages.send({ userId: 'me', requestBody: { threadId: 't' }, media }, options);
};

/** What a call returns, or the failure that it means, of a server that answers so. */
async function ask(listener: RequestListener, signal?: AbortSignal, call = getMessage): Promise<unknown> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const rootUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { messages } = gmail({ version: 'v1', rootUrl }).users;
  try {
    return (await call(messages, { ...requestOptions(5_000, signal), rootUrl })).data;
  } catch (error) {
    return failureOfThrown(error, 'gmail', new Date());
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a response is read as it is, and compressed as Google sends it', async () => {
  const text = JSON.stringify(message);
  expect(await ask((_, answer) => answer.writeHead(200, json).end(text))).toEqual(message);
  const headers = { ...json, 'content-encoding': 'gzip' };
  expect(await ask((_, answer) => answer.writeHead(200, headers).end(gzipSync(text)))).toEqual(message);
});

test('a large response is whole', async () => {
  const large = { ...message, raw: 'a'.repeat(5_000_000) };
  expect(await ask((_, answer) => answer.writeHead(200, json).end(JSON.stringify(large)))).toEqual(large);
});

test('a response that is cut off, compressed or not, is asked for again', async () => {
  const cut = { kind: 'retry', cause: 'connection-cut' };
  const text = JSON.stringify(message);
  expect(
    await ask((_, answer) => {
      answer.writeHead(200, { ...json, 'content-length': text.length });
      answer.write(text.slice(0, 20), () => answer.destroy());
    }),
  ).toMatchObject(cut);
  const headers = { ...json, 'content-encoding': 'gzip' };
  const half = gzipSync(text).subarray(0, 40);
  expect(await ask((_, answer) => answer.writeHead(200, headers).end(half))).toMatchObject(cut);
});

test('what a proxy answers is no answer of Google', async () => {
  const page = '<html>Sign in to the network</html>';
  const retry = { kind: 'retry', cause: 'unexpected-answer' };
  const login = { location: 'http://127.0.0.1:1/', 'content-type': 'text/html' };
  expect(await ask((_, answer) => answer.writeHead(302, login).end(page))).toMatchObject(retry);
  expect(await ask((_, answer) => answer.writeHead(200, json).end(page))).toBe(page);
});

test('the request ends with its signal, also while the response arrives', async () => {
  const controller = new AbortController();
  const answered = ask((_, answer) => {
    answer.writeHead(200, json);
    answer.write('{', () => controller.abort());
  }, controller.signal);
  expect(await answered).toMatchObject({ kind: 'retry', cause: 'stopped' });
});

test('an upload arrives as it is, small or large, with its thread', async () => {
  for (const raw of [message.raw, 'a'.repeat(5_000_000)].map((text) => Buffer.from(text))) {
    let received = Buffer.alloc(0);
    const answered = ask(
      async (request, answer) => {
        received = await buffer(request);
        answer.writeHead(200, json).end('{"id":"b"}');
      },
      undefined,
      upload(raw),
    );
    expect(await answered).toEqual({ id: 'b' });
    const [, thread, media] = received.toString().split(/^--[-\da-f]{36}(?:--)?(?:\r\n|$)/m);
    expect(thread).toBe('content-type: application/json\r\n\r\n{"threadId":"t"}\r\n');
    expect(media === `content-type: message/rfc822\r\n\r\n${raw}\r\n`).toBe(true);
  }
});

test('a change is sent as JSON, and may be answered without content', async () => {
  let received = '';
  const answered = ask(
    async (request, answer) => {
      received = `${request.method} ${request.headers['content-type']} ${await buffer(request)}`;
      answer.writeHead(204).end();
    },
    undefined,
    (messages, options) =>
      messages.batchModify({ userId: 'me', requestBody: { ids: ['a'], addLabelIds: ['STARRED'] } }, options),
  );
  expect(await answered).toBe('');
  expect(received).toBe('POST application/json {"ids":["a"],"addLabelIds":["STARRED"]}');
});

test('an upload that is cut off, or stopped, may have been executed', async () => {
  const large = Buffer.alloc(20_000_000, 'a');
  const cut = ask((request) => request.once('data', () => request.destroy()), undefined, upload(large));
  expect(await cut).toMatchObject({ kind: 'retry', cause: 'connection-cut', uncertain: true });
  const controller = new AbortController();
  const stopped = ask(
    (request) => request.once('data', () => controller.abort()),
    controller.signal,
    upload(large),
  );
  expect(await stopped).toMatchObject({ kind: 'retry', cause: 'stopped', uncertain: true });
});

test('an upload that is refused before it has arrived is refused', async () => {
  const error = { code: 401, message: 'Invalid Credentials', errors: [{ reason: 'authError' }] };
  const refused = ask(
    (_, answer) => answer.writeHead(401, json).end(JSON.stringify({ error })),
    undefined,
    upload(Buffer.alloc(20_000_000, 'a')),
  );
  expect(await refused).toEqual({ kind: 'disconnected', code: 'access-revoked' });
});
