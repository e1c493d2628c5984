import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
});

/** A red picture of one pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const part = (fields: string, body: string) => `--b\r\n${fields}\r\n\r\n${body}\r\n`;
const encoded = 'Content-Transfer-Encoding: base64';
const picture = (name: string, contentId: string, type = 'image/png') =>
  part(
    `Content-Type: ${type}; name="${name}"\r\n${encoded}\r\nContent-Disposition: inline\r\nContent-ID: <${contentId}>`,
    png,
  );
const csv = part(
  `Content-Type: text/csv; charset=windows-1252; name="prices.csv"\r\n${encoded}\r\nContent-Disposition: attachment`,
  Buffer.from('Stra\xdfe;\x80 5', 'latin1').toString('base64'),
);
const attached = `From: Ida <ida@far.example>\r\nTo: x@far.example\r\nSubject: The fridge\r\nDate: Tue, 3 Mar 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part('Content-Type: text/plain', 'It drips since Monday.')}${csv}${picture('photo.png', 'p', 'application/octet-stream')}--b--`;

test('images that the text does not show are files, and attached messages open', async () => {
  const html =
    '<p>Three pictures: <img src="cid:a%40x"> <img src="CID:B@x"> <img src="cid:&lt;c@x&gt;"></p><attachment src="cid:d@x">';
  const outer = [
    'From: Ana <ana@far.example>\r\nTo: support@acme.example\r\nSubject: Files\r\nMIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=r\r\n',
    `--r\r\nContent-Type: text/html\r\n\r\n${html}`,
    ...['a', 'b', 'c', 'd'].map((id) => picture(`${id}.png`, `${id}@x`).replace('--b', '--r').trimEnd()),
    `--r\r\nContent-Type: message/rfc822\r\n${encoded}\r\n\r\n${Buffer.from(attached).toString('base64')}`,
    '--r--',
  ].join('\r\n');
  await control(environment, '/deliver', {
    from: 'ana@far.example',
    to: ['support@acme.example'],
    raw: Buffer.from(outer, 'latin1').toString('base64'),
  });
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Files/ }).click();
  const files = page.getByRole('list', { name: 'Attachments' });
  await files.getByText('The fridge.eml').waitFor();
  expect(await files.getByRole('listitem').count()).toBe(2);
  await files.getByText('d.png').waitFor();
  const frame = page.frameLocator('iframe').first();
  await expect.poll(() => frame.locator('img[src*="/attachments/"]').count()).toBe(3);

  await files
    .getByRole('button', { name: /Show The fridge/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /The fridge/ });
  await dialog.getByText('It drips since Monday.').waitFor();
  await dialog.getByText('Ida <ida@far.example>').waitFor();
  await dialog.getByRole('button', { name: 'Show photo.png', exact: true }).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'attached-message');
  await dialog.getByRole('button', { name: /Show prices\.csv/ }).click();
  await page.getByText('Straße;€ 5').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await dialog.getByText('It drips since Monday.').waitFor();
});
