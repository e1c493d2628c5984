import { mkdir, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { waitForNetworkIdle } from './browser.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, deliver, instanceOf, setUndoSeconds } from './steps.ts';

/** With E2E_PICTURES=docs/pictures this takes the pictures of the documents. */
const folder = process.env.E2E_PICTURES;
if (folder) setUp();

/** In bytes. */
const largest = 150_000;

/** Saves a picture of the page, if pictures are taken: as WebP, which is a third of PNG's size. */
async function picture(page: Page, name: string): Promise<void> {
  if (!folder) return;
  await waitForNetworkIdle(page);
  await expect.poll(() => page.locator('.mantine-Skeleton-root').count()).toBe(0);
  // Toasts about connecting and sending disappear by themselves.
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  const taken = Buffer.from(data, 'base64');
  expect(taken.length, name).toBeLessThanOrEqual(largest);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/${name}.webp`, taken);
}

test.runIf(folder)('the pictures of the documents', async () => {
  const page = await openInbox();
  const mailboxId = await connect(page, environment, 'support@acme.example');
  await connect(page, environment, 'sales@acme.example', 'Acme Sales');
  await setUndoSeconds(page, environment, 0);
  const ids = await fillSampleInbox(page, environment);
  const go = (path: string) => page.goto(`${environment.url}/acme/${path}`);
  const parcel = `inbox/open/${ids.get('My parcel is late')}`;
  await go(parcel);
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type(
    'Hello Ana, I am sorry for the wait. It left us on Monday and is with the carrier; I asked them where, and write to you as soon as they answer.',
  );
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('article').getByText('Sent', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByRole('textbox', { name: /^(Note|Message)$/ }).click();
  await page.keyboard.type('The carrier says Thursday.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect.poll(() => page.getByRole('article').count()).toBe(3);
  await deliver(environment, 'Can I still cancel?', '<p>Order 4440, placed this morning.</p>');
  await page.getByRole('link', { name: /Can I still cancel/ }).waitFor();
  await page.mouse.move(720, 890);
  await picture(page, 'inbox');
  // The others are taken only when pictures are asked for.
  if (!folder) return;

  const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
  const raw = `From: ${encoded('نور حداد')} <noor@mail.example>\r\nTo: support@acme.example\r\nSubject: ${encoded('أين طلبي؟')}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nمرحبا، طلبت قبل أسبوع ولم يصل شيء.\r\n`;
  await control(environment, '/deliver', {
    from: 'noor@mail.example',
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  const { conversation } = await callApi<{ conversation: { customer: { id: string } } }>(
    page,
    environment,
    'GET',
    `${instance}/conversations/${ids.get('My parcel is late')}`,
  );

  await page.emulateMedia({ colorScheme: 'dark' });
  await go(`inbox/open/${ids.get('Wrong size delivered')}`);
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Hello Ines, of course: the jacket in M leaves us today.');
  await page.getByText(/^Saved/).waitFor();
  await picture(page, 'composer-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await go('inbox/open');
  await page.getByRole('link', { name: /My parcel/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('parcel');
  await page.getByRole('dialog').getByText('Ana Silva').waitFor();
  await picture(page, 'palette');

  const places: Array<[name: string, path: string]> = [
    ['search', 'search?q=order'],
    ['customer', `customers/${conversation.customer.id}`],
    ['addresses', 'apps/email'],
    ['mailbox', `apps/email/${mailboxId}`],
    ['template', 'apps/email/templates/new'],
    ['reports', 'reports'],
    ['settings', 'settings/opening-hours'],
  ];
  for (const [name, path] of places) {
    await go(path);
    await page.getByRole('main').waitFor();
    await picture(page, name);
  }

  await page.setViewportSize({ width: 400, height: 800 });
  for (const [name, path] of [
    ['phone-list', 'inbox/open'],
    ['phone-conversation', parcel],
  ] as const) {
    await go(path);
    await page.getByRole('main').waitFor();
    await picture(page, name);
  }
});
