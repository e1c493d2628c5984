import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import { compare } from './compare-pictures.ts';
import { picture, settledScreenshot } from './pictures.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, control } from './steps.ts';

/** The share of pixels that may differ from the message in a page of its own. */
const budget = 0.005;

/** Messages that differ more, with their budget and the reason. */
const exceptions: Record<string, { budget: number; reason: string }> = {
  'gmail-colors': { budget: 0.06, reason: 'text without a font is shown in the font of the page' },
  'outlook-table': { budget: 0.03, reason: 'the list has no font, and is shown in the font of the page' },
  thunderbird: { budget: 0.08, reason: 'the table has no font, and is shown in the font of the page' },
};

/** Tall enough to show the list and each message without scrolling. */
const windowHeight = 3_600;

const folder = new URL('./message-pictures/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace('.html', ''));

setUp({ complete: true });
let page: Page;
let alone: Page;

beforeAll(async () => {
  // So wide that a message of 600 px fits between the list and the customer's panel.
  page = await openInbox('admin', 1700, windowHeight);
  await connect(page, environment, 'support@acme.example');
  alone = await browser.newPage();
  await alone.route(
    () => true,
    (route) => {
      const { host, pathname } = new URL(route.request().url());
      if (host !== 'alone.example') return route.abort();
      const body = readMessage(pathname.slice(1)).bare;
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    },
  );
  await Promise.all(names.map(deliverPicture));
  await Promise.all(names.map((name) => rowOf(name).waitFor()));
});

test('there are 40 messages', () => expect(names.length).toBeGreaterThanOrEqual(40));

test.each(names)('%s looks as in a page of its own', async (name) => {
  await rowOf(name).click();
  await page.getByRole('heading', { name: `Picture ${name}: seen` }).waitFor();
  const shown = page.locator('article iframe').first();
  await shown.waitFor();
  const folded = page.getByRole('button', { name: 'Show quoted text' });
  if (await folded.count()) await folded.click();
  const actual = await settledScreenshot(shown);
  const bare = await showAlone(name, actual.width);
  const difference = compare(actual, bare);
  const pictures = process.env.E2E_PICTURES;
  if (pictures)
    for (const [kind, image] of Object.entries({ actual, bare, difference: difference.image }))
      await writeFile(`${pictures}/${name}-${kind}.png`, PNG.sync.write(image));
  expect(difference.share).toBeLessThanOrEqual(exceptions[name]?.budget ?? budget);
});

const rowOf = (name: string) => page.getByRole('link', { name: new RegExp(`Picture ${name}:`) });

/** The message as its author's browser shows it: no cleaning, no style of ours. */
async function showAlone(name: string, width: number): Promise<PNG> {
  await alone.setViewportSize({ width, height: 100 });
  await alone.goto(`https://alone.example/${name}`);
  return PNG.sync.read(await alone.screenshot({ fullPage: true, animations: 'disabled' }));
}

/**
 * A message of the folder. `IMG(40x20,#cc0000)` stands for a picture of that size and color as a `data:` URL,
 * `CID(…)` for one in a part of the message; alone, the message has that as a `data:` URL too.
 */
function readMessage(name: string) {
  const text = readFileSync(new URL(`${name}.html`, folder), 'utf8').replace(/IMG\((\S+?)\)/g, (_all, what) =>
    dataUrl(what),
  );
  const parts: Array<{ id: string; base64: string }> = [];
  const html = text.replace(/CID\((\S+?)\)/g, (_all, what) => {
    const id = `part${parts.length}@far.example`;
    parts.push({ id, base64: picture(what) });
    return `cid:${id}`;
  });
  return { html, parts, bare: text.replace(/CID\((\S+?)\)/g, (_all, what) => dataUrl(what)) };
}

const dataUrl = (what: string) => `data:image/png;base64,${picture(what)}`;

async function deliverPicture(name: string): Promise<void> {
  const { html, parts } = readMessage(name);
  // Of one writer only so many messages an hour are listed (R6).
  const from = `${name}@far.example`;
  const part = (head: string, body: string) => `--edge\r\n${head}\r\n\r\n${body}\r\n`;
  const raw = [
    `From: Ana <${from}>\r\nTo: support@acme.example\r\nSubject: Picture ${name}: seen\r\nMIME-Version: 1.0\r\n`,
    'Content-Type: multipart/related; boundary=edge\r\n\r\n',
    part(
      'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64',
      wrapped(Buffer.from(html).toString('base64')),
    ),
    ...parts.map(({ id, base64 }) =>
      part(
        `Content-Type: image/png\r\nContent-ID: <${id}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64`,
        wrapped(base64),
      ),
    ),
    '--edge--\r\n',
  ].join('');
  await control(environment, '/deliver', {
    from,
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
}

const wrapped = (base64: string) => base64.replace(/.{76}/g, '$&\r\n');
