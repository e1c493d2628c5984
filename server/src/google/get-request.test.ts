import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { gmail } from '@googleapis/gmail';
import { expect, test } from 'vitest';
import { requestOptions } from './client.ts';
import { failureOfThrown } from './errors.ts';

const message = { id: 'a', snippet: 'Grüße', raw: Buffer.from('Subject: x\r\n\r\nx').toString('base64url') };
const json = { 'content-type': 'application/json; charset=UTF-8' };

/** What `messages.get` returns, or the failure that it means, of a server that answers so. */
async function ask(listener: RequestListener, signal?: AbortSignal): Promise<unknown> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const rootUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { messages } = gmail({ version: 'v1', rootUrl }).users;
  try {
    const options = { ...requestOptions(5_000, signal), rootUrl };
    return (await messages.get({ userId: 'me', id: 'a', format: 'raw' }, options)).data;
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
