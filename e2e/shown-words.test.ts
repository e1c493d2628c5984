import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, openFromList } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
});

async function open(subject: string, type: string, body: string): Promise<void> {
  const raw = `From: Ana <ana@far.example>\r\nTo: support@acme.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}`;
  await control(environment, '/deliver', {
    from: 'ana@far.example',
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
  await openFromList(page, page.getByRole('link', { name: new RegExp(subject.replace('Re: ', '')) }));
}

test('addresses and hosts in plain text are links', async () => {
  await open(
    'Links',
    'text/plain',
    'See (https://far.example/wiki/Lamp_(light)) and <https://far.example/x?y=1&z=2>.\r\nwww.shop.example/item/5, https://bücher.example/größe\r\nMy mail: other.me@far.example',
  );
  const links = page.locator('article a[target=_blank]');
  await expect.poll(() => links.count()).toBe(5);
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
    'https://far.example/wiki/Lamp_(light)',
    'https://far.example/x?y=1&z=2',
    'http://www.shop.example/item/5',
    'https://bücher.example/größe',
    'mailto:other.me@far.example',
  ]);
});

test('a quoted document hides nothing, folded or not', async () => {
  await open(
    'Re: Offer',
    'text/html',
    '<p>Please send two.</p><div class="protonmail_quote">On Monday, 2 March 2026 at 10:00, Acme &lt;a@acme.example&gt; wrote:<br><blockquote type="cite"><!DOCTYPE html><html><head><style>body{display:none}p{color:#fff}</style></head><body><p>How many?</p></body></html></blockquote></div>',
  );
  const frame = page.frameLocator('article iframe').first();
  await frame.getByText('Please send two.').waitFor();
  expect(await frame.getByText('How many?').count()).toBe(0);
  await page.getByRole('button', { name: 'Show quoted text' }).click();
  await frame.getByText('How many?').waitFor();
  expect(await frame.getByText('Please send two.').isVisible()).toBe(true);
});
