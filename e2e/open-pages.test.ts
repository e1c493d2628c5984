import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { newUserContext } from './browser.ts';
import { describeOpenPages } from './open-pages.ts';

let browser: Browser;
let context: BrowserContext;
let folder: string;

beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-pages-'));
});
beforeEach(async () => {
  context = await newUserContext(browser);
  await context.route('http://postroom.test/**', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/api/late') return;
    if (pathname === '/api/refused') return route.abort();
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<button>Done</button>' });
  });
  return () => context.close();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openPage(name: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://postroom.test/${name}`);
  return page;
}

test('what the newest pages show is described and saved', async () => {
  for (const name of ['first', 'second', 'third', 'fourth']) await openPage(name);
  await context.pages()[1]!.close();
  const page = await openPage('fifth');
  await page.setContent(`<p>${'long '.repeat(2_000)}</p><button>Last</button>`);
  const text = await describeOpenPages(path.join(folder, 'shown'));
  const urls = text.match(/http:\S+/g);
  expect(urls).toEqual(['fifth', 'fourth', 'third'].map((name) => `http://postroom.test/${name}`));
  expect(text.match(/button "Done"/g)).toHaveLength(2);
  expect(text).toContain('button "Last"');
  expect(text.match(/long/g)!.length).toBeLessThan(1_000);
  expect((await readdir(folder)).sort()).toEqual(['shown-1.png', 'shown-2.png', 'shown-3.png']);
});

test('the last requests of the API are listed, also those that have no answer', async () => {
  const page = await openPage('first');
  const late = page.waitForRequest(/late/);
  await page.evaluate(`(async () => {
    for (let count = 0; count < 20; count += 1) await fetch('/api/answered?token=secret');
    await fetch('/api/refused', { method: 'PUT' }).catch(() => {});
    await fetch('/elsewhere');
    void fetch('/api/late', { method: 'POST', body: 'secret' });
  })()`);
  await late;
  const text = await describeOpenPages(path.join(folder, 'requests'));
  const lines = text.split('\n').filter((line) => line.includes('ago: '));
  expect(lines).toHaveLength(20);
  expect(lines[0]).toMatch(/^\d+\.\d s ago: GET \/api\/answered 200, \d+ ms$/);
  expect(lines.at(-2)).toMatch(/: PUT \/api\/refused net::ERR_FAILED, \d+ ms$/);
  expect(lines.at(-1)).toMatch(/: POST \/api\/late not answered$/);
  expect(text).not.toMatch(/secret|elsewhere/);
});

test('a page that does nothing any more holds up nobody', async () => {
  const page = await openPage('busy');
  void page.evaluate('for (;;);').catch(() => {});
  const other = await openPage('other');
  await other.getByRole('button').waitFor();
  const text = await describeOpenPages(path.join(folder, 'busy'), 5_000);
  expect(text).toContain('http://postroom.test/busy\nIt does not answer.');
  expect(text).toContain('button "Done"');
});
