import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { buildServiceWorker } from '../web/service-worker-plugin.ts';

/** What is deployed now. */
const deployed = { version: '', worker: '', nonces: 0 };
const callbacks: string[] = [];
let server: Server;
let origin = '';
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const send = (type: string, body: string, headers = {}) =>
      response.writeHead(200, { 'content-type': type, ...headers }).end(body);
    if (pathname === '/sw.js') send('text/javascript', deployed.worker, { 'cache-control': 'no-cache' });
    else if (pathname.startsWith('/assets/')) {
      if (pathname.includes(deployed.version)) send('text/javascript', `document.title = '${pathname}'`);
      else response.writeHead(404).end();
    } else if (pathname.startsWith('/oauth/')) {
      callbacks.push(pathname);
      send('text/html', 'connected');
    } else if (pathname.startsWith('/api/')) send('application/json', '{"secret":"words of a customer"}');
    else {
      deployed.nonces += 1;
      const nonce = `nonce${deployed.nonces}`;
      send(
        'text/html',
        `<!doctype html><meta property="csp-nonce" nonce="${nonce}"><script type="module" src="/assets/first-${deployed.version}.js"></script>`,
        { 'content-security-policy': `style-src-elem 'nonce-${nonce}'`, 'cache-control': 'no-store' },
      );
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  await deploy('one');
  await page.goto(`${origin}/acme/inbox/open`);
  await page.evaluate(`(async () => {
    await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 10));
  })()`);
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

async function deploy(version: string): Promise<void> {
  deployed.version = version;
  deployed.worker = await buildServiceWorker({ version, firstFiles: [`/assets/first-${version}.js`] });
}

/** Makes the browser look for a new version, and waits until it is in use. */
async function update(version: string): Promise<void> {
  // Before there is one: a second after a page was loaded, the browser looks for one by itself.
  await page.evaluate(`(() => {
    window.changed = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  })()`);
  await deploy(version);
  await page.evaluate(`(async () => {
    await (await navigator.serviceWorker.ready).update();
    await window.changed;
  })()`);
}

const storedPaths = () =>
  page.evaluate<string[]>(`(async () => {
    const paths = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) paths.push(name + ' ' + new URL(url).pathname);
    return paths.sort();
  })()`);

test('files of the program are stored, and no answer of the API', async () => {
  await page.evaluate(
    `Promise.all(['/api/me', '/assets/part-one.js', '/manifest.webmanifest'].map((path) => fetch(path)))`,
  );
  await expect
    .poll(storedPaths)
    .toEqual([
      'program one /assets/first-one.js',
      'program one /assets/part-one.js',
      'program one /index.html',
    ]);
});

const fetchText = (path: string) =>
  page.evaluate<string>(
    `fetch('${path}', { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.text(), String)`,
  );

test('a file of the program is answered before it is stored, and stored then', async () => {
  const worker = context.serviceWorkers()[0]!;
  await worker.evaluate(`{
    const put = Cache.prototype.put;
    const released = new Promise((resolve) => { self.release = resolve; });
    Cache.prototype.put = async function (...stored) {
      await released;
      Cache.prototype.put = put;
      return put.apply(this, stored);
    };
  }`);
  onTestFinished(() => worker.evaluate('self.release()'));
  expect(await fetchText('/assets/slow-one.js')).toBe(`document.title = '/assets/slow-one.js'`);
  expect(await storedPaths()).not.toContain('program one /assets/slow-one.js');
  await worker.evaluate('self.release()');
  await expect.poll(storedPaths).toContain('program one /assets/slow-one.js');
});

test.each([
  ['Cache', 'put'],
  ['CacheStorage', 'open'],
  ['CacheStorage', 'match'],
])('a file of the program is answered although %s.%s fails', async (owner, method) => {
  const worker = context.serviceWorkers()[0]!;
  await worker.evaluate(`{
    self.original = ${owner}.prototype.${method};
    ${owner}.prototype.${method} = () => Promise.reject(new DOMException('The disk is full', 'QuotaExceededError'));
  }`);
  onTestFinished(() => worker.evaluate(`${owner}.prototype.${method} = self.original`));
  const path = `/assets/${method}-one.js`;
  expect(await fetchText(path)).toBe(`document.title = '${path}'`);
});

test('a link that works once is asked for once', async () => {
  await page.goto(`${origin}/oauth/google/callback`);
  expect(callbacks).toEqual(['/oauth/google/callback']);
});

test('without network the page opens, with a nonce of its own', async () => {
  await context.setOffline(true);
  const nonces = new Set<string>();
  for (const path of ['/acme/inbox/open', '/acme/customers']) {
    const answer = await page.goto(`${origin}${path}`);
    const nonce = /csp-nonce" nonce="([^"]+)"/.exec(await answer!.text())![1]!;
    expect(await answer!.headerValue('content-security-policy')).toBe(`style-src-elem 'nonce-${nonce}'`);
    expect(await page.title()).toBe('/assets/first-one.js');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
  expect(await page.evaluate(`fetch('/api/me').then(() => 'answered', () => 'failed')`)).toBe('failed');
  await context.setOffline(false);
});

test('a new version is used at the next load, and the open page keeps its files', async () => {
  await page.goto(`${origin}/acme/inbox/open`);
  await update('two');
  const partOfOldPage = await page.evaluate(`fetch('/assets/part-one.js').then(({ status }) => status)`);
  expect(partOfOldPage).toBe(200);
  await page.reload();
  expect(await page.title()).toBe('/assets/first-two.js');
  await update('three');
  await expect.poll(async () => (await storedPaths()).filter((path) => path.includes('one'))).toEqual([]);
  await page.reload();
  expect(await page.title()).toBe('/assets/first-three.js');
});
