import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServer } from './services.ts';
import { serveWebPage } from './web-page.ts';

const script = 'export const a = 1;\n'.repeat(500);
const page = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><title>Postroom</title>';
const asset = '/assets/first-Abc123.js';
const app = Fastify() as unknown as HttpServer;
let folder = '';
let address = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-web-page-'));
  await mkdir(path.join(folder, 'assets'));
  for (const [name, text] of [
    [asset, script],
    ['index.html', page],
    ['sw.js', script],
    ['manifest.webmanifest', '{"name":"Postroom"}'],
  ] as const) {
    await writeFile(path.join(folder, name), text);
    await writeFile(path.join(folder, `${name}.br`), brotliCompressSync(text));
    await writeFile(path.join(folder, `${name}.gz`), gzipSync(text));
  }
  await serveWebPage(app, { root: folder });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string>) => fetch(address + url, { headers });

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['gzip, br;q=0', 'gzip'],
  ['identity', null],
])('a script, accepted as %s, is sent as %s and cached for ever', async (accepted, encoding) => {
  const answer = await get(asset, { 'accept-encoding': accepted });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  expect(answer.headers.get('vary')).toContain('accept-encoding');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await answer.text()).toBe(script);
});

test.each(['/', '/index.html', '/acme/inbox/open'])(
  '%s is the page, with a nonce of its own',
  async (url) => {
    const nonces = new Set<string>();
    for (const accepted of ['br', 'gzip', 'identity']) {
      const answer = await get(url, { 'accept-encoding': accepted });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-type')).toContain('text/html');
      const policy = answer.headers.get('content-security-policy')!;
      const nonce = /style-src-elem 'self' 'nonce-([^']+)'$/.exec(policy)![1]!;
      expect(await answer.text()).toBe(page.replace('__CSP_NONCE__', nonce));
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  },
);

// A browser that kept them could not notice a new version (Service Workers, section 7.2).
test.each([
  ['/sw.js', /^(text|application)\/javascript/],
  ['/manifest.webmanifest', /^application\/manifest[+]json/],
])('%s is asked for each time', async (url, type) => {
  const answer = await get(url, { 'accept-encoding': 'br' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(answer.headers.get('content-type')).toMatch(type);
});

test('HEAD of a page is answered without a body, and a path of monitoring is no page', async () => {
  const head = await fetch(`${address}/`, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  for (const probe of ['/health', '/livez', '/status?full', '/-/ready', '/actuator/health'])
    expect((await get(probe, { accept: 'text/html' })).status).toBe(404);
  // An organization that was named so before is still there.
  expect((await get('/health/inbox/open', { accept: 'text/html' })).status).toBe(200);
});

test('compressed copies have no URL, and a missing script is not the page', async () => {
  const gone = await get('/assets/first-Gone00.js', { 'accept-encoding': 'br' });
  expect(gone.status).toBe(404);
  expect(gone.headers.get('content-type')).toContain('application/problem+json');
  expect(gone.headers.get('cache-control')).toBe('no-store');
  expect(await (await get('/index.html.br', {})).text()).toContain('<title>Postroom</title>');
});
