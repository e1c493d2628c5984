import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, deliver, signIn } from './steps.ts';

setUp();
let page: Page;

// 60 more mailboxes that are never read, as if connected; three of them are disconnected.
const more = `insert into mailbox select (jsonb_populate_record(mailbox, jsonb_build_object(
    'id', gen_random_uuid(), 'google_sub', 'more' || n, 'address', 'team' || n || '@acme.example',
    'display_name', (array['Köln', 'Paris', 'Oslo'])[1 + n % 3] || ' ' || n,
    'disconnected_at', case when n % 20 = 7 then now() end, 'disconnected_code', case when n % 20 = 7 then 'revoked' end,
    'next_sync_at', now() + interval '1 day', 'watch_renew_at', now() + interval '1 day',
    'send_as_due_at', now() + interval '1 day', 'profile_check_at', now() + interval '1 day'))).*
  from mailbox, generate_series(1, 60) n`;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await runInDatabase(environment, more);
});

const rows = (on = page) => on.getByRole('main').getByRole('button', { name: /^Actions for / });
const field = (on = page) => on.getByRole('searchbox', { name: 'Filter this list' });

test('an address is found among many, and still there after its page', async () => {
  await page.goto(`${environment.url}/acme/apps/email`);
  await expect.poll(() => rows().count()).toBe(61);
  await field().fill('koln 12');
  await page.getByText('1 of 61').waitFor();
  await saveScreenshot(page, 'many-addresses');
  await page.getByRole('main').getByRole('link', { name: 'Köln 12' }).click();
  await page.getByRole('heading', { level: 1, name: 'team12@acme.example' }).waitFor();
  await page.goBack();
  await page.getByText('1 of 61').waitFor();
  expect(await field().inputValue()).toBe('koln 12');
  await field().press('Escape');
  await expect.poll(() => rows().count()).toBe(61);
  await field().fill('nothing like this');
  await page.getByText('0 of 61').waitFor();
  await expectAccessible(page);
});

test('the banner shows those that are disconnected', async () => {
  await page.getByRole('link', { name: 'Show them' }).click();
  await page.getByText('3 of 61').waitFor();
  expect(await page.getByRole('main').getByRole('link', { name: 'Reconnect' }).count()).toBe(3);
  await page.getByRole('switch', { name: 'Only in trouble or disconnected (3)' }).uncheck();
  await expect.poll(() => rows().count()).toBe(61);
});

test('the sidebar shows the mailboxes with something to do, and all on request', async () => {
  await deliver(environment, 'Hello', '<p>Hello</p>');
  const views = page.getByRole('navigation', { name: 'Views' });
  const inMailboxes = views.locator('a[href*="/mailbox/"]');
  await views.getByRole('link', { name: /^Acme Support/ }).waitFor();
  expect(await inMailboxes.count()).toBe(4);
  await views.getByRole('button', { name: 'Show all 61' }).click();
  await expect.poll(() => inMailboxes.count()).toBe(61);
  await views.getByRole('link', { name: /^Oslo 11/ }).click();
  await page.waitForURL(/\/mailbox\//);
  await views.getByRole('button', { name: 'Only those with open conversations' }).click();
  await expect.poll(() => inMailboxes.count()).toBe(5);
  await expectAccessible(page);
  await saveScreenshot(page, 'many-mailboxes');
});

test('the sender of a message is found by typing', async () => {
  await page.keyboard.press('c');
  const composer = page.getByRole('region', { name: 'New message', exact: true });
  const from = composer.getByRole('combobox', { name: 'From' });
  await from.click();
  await page.keyboard.type('oslo 11');
  await page.getByRole('option', { name: 'Oslo 11 · team11@acme.example' }).click();
  await expect.poll(() => from.inputValue()).toBe('Oslo 11 · team11@acme.example');
  await from.fill('no such sender');
  await page.getByText('Nothing found').waitFor();
  await saveScreenshot(page, 'many-senders');
  await from.press('Tab');
  await expect.poll(() => from.inputValue()).toBe('Oslo 11 · team11@acme.example');
});

test('on a phone, too', async () => {
  const phone = await (
    await newUserContext(browser, 400, 800, { hasTouch: true, colorScheme: 'dark' })
  ).newPage();
  await signIn(phone, environment);
  await phone.getByRole('button', { name: 'Show all 61' }).waitFor();
  await saveScreenshot(phone, 'many-mailboxes-phone');
  await expectAccessible(phone);
  await phone.goto(`${environment.url}/acme/apps/email?attention=true`);
  await expect.poll(() => rows(phone).count()).toBe(3);
  await saveScreenshot(phone, 'many-addresses-phone');
  await expectAccessible(phone);
});

test('what was asked for without network is not done later', async () => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.method()));
  await page.goto(`${environment.url}/acme/apps/email?q=team12`);
  await page.getByRole('button', { name: 'Actions for team12@acme.example' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete team12@acme.example?' });
  const confirm = dialog.getByRole('button', { name: 'Delete address' });
  await confirm.waitFor();
  await page.context().setOffline(true);
  await confirm.click();
  await dialog.getByText('Postroom does not answer.').waitFor();
  await saveScreenshot(page, 'delete-without-network');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await page.context().setOffline(false);
  // What had waited would have been sent before this.
  await page.evaluate(`fetch('/api/me')`);
  await page.reload();
  await page.getByRole('button', { name: 'Actions for team12@acme.example' }).waitFor();
  // The one that found no network.
  expect(requests.filter((method) => method === 'DELETE')).toHaveLength(1);
});
