import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPublic, type NetworkAccess } from '../network/network-access.ts';
import { fetchImage } from './remote-image.ts';

const requests: Array<{ url: string; headers: Record<string, unknown> }> = [];
const server = createServer((request, answer) => {
  requests.push({ url: request.url!, headers: request.headers });
  const respond = (status: number, headers: Record<string, string>, body: string | Buffer = '') =>
    answer.writeHead(status, headers).end(body);
  if (request.url === '/dot.png')
    return respond(200, { 'content-type': 'image/png', 'set-cookie': 'a=b' }, 'picture');
  if (request.url === '/moved') return respond(302, { location: '/dot.png' });
  if (request.url === '/inside') return respond(302, { location: 'http://metadata.internal/' });
  if (request.url === '/round') return respond(302, { location: '/round' });
  if (request.url === '/page') return respond(200, { 'content-type': 'text/html' }, '<script>');
  if (request.url === '/drawing') return respond(200, { 'content-type': 'image/svg+xml' }, '<svg/>');
  if (request.url === '/huge')
    return respond(200, { 'content-type': 'image/png' }, Buffer.alloc(11 * 1024 * 1024));
  return respond(404, {});
});
let port: number;
let by: NetworkAccess;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  by = {
    lookup: async (host) =>
      host === 'metadata.internal'
        ? ['169.254.169.254']
        : host === 'two.example'
          ? ['127.0.0.1', '10.0.0.1']
          : ['127.0.0.1'],
    isAllowed: (ip) => ip === '127.0.0.1',
    ports: [port, 80],
  };
});
afterAll(() => server.close());

test('fetches an image through redirects without cookies or a referrer', async () => {
  const image = await fetchImage(`http://pictures.example:${port}/moved`, by);
  expect(image).toEqual({ kind: 'image', mediaType: 'image/png', bytes: Buffer.from('picture') });
  expect(requests.at(-1)!.headers).toEqual({
    host: `pictures.example:${port}`,
    accept: 'image/*',
    'user-agent': expect.any(String),
    connection: 'close',
  });
});

test.each([
  ['inside', 'address'],
  ['round', 'answer'],
  ['page', 'type'],
  ['drawing', 'type'],
  ['huge', 'size'],
  ['nowhere', 'answer'],
])('/%s is refused, reason: %s', async (path, reason) => {
  expect(await fetchImage(`http://pictures.example:${port}/${path}`, by)).toEqual({
    kind: 'refused',
    reason,
  });
});

test('addresses outside the public internet are not requested', async () => {
  const before = requests.length;
  for (const address of [
    `http://two.example:${port}/dot.png`,
    `http://pictures.example:22/dot.png`,
    'file:///etc/passwd',
    'ftp://pictures.example/dot.png',
    'not an address',
  ]) {
    expect(await fetchImage(address, by)).toEqual({ kind: 'refused', reason: 'address' });
  }
  for (const address of [
    `http://127.0.0.1:${port}/dot.png`,
    `http://localhost/dot.png`,
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
  ]) {
    expect(await fetchImage(address)).toEqual({ kind: 'refused', reason: 'address' });
  }
  expect(requests.length).toBe(before);
});

test.each([
  ['8.8.8.8', true],
  ['2a00:1450:4001:81b::200e', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['fc00::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['2002:a00:1::1', false],
  ['nonsense', false],
])('%s is public: %s', (ip, expected) => expect(isPublic(ip)).toBe(expected));

test('a look-up that does not end is not waited for', async () => {
  const lookup = () => new Promise<string[]>(() => {});
  expect(await fetchImage('http://pictures.example/dot.png', { ...by, lookup }, 50)).toEqual({
    kind: 'refused',
    reason: 'answer',
  });
});
