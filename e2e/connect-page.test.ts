import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { hasAccess, listAddresses, resetSimulator } from './connect-steps.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver } from './steps.ts';

const support = 'support@acme.example';
setUp();
let page: Page;
let mailboxId: string;
beforeAll(async () => {
  page = await openInbox();
  // A message to oneself is received.
  await control(environment, '/accounts/add', { email: 'admin@acme.example', name: 'Alex Admin' });
  mailboxId = await connect(page, environment, support);
  await connect(page, environment, 'sales@acme.example');
  await deliver(environment, 'Where is my parcel?', '<p>It should have come on Tuesday.</p>');
  await page.getByRole('link', { name: /Where is my parcel/ }).waitFor();
});

const fact = (name: string) =>
  page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
const preview = () => page.getByRole('region', { name: 'What a customer gets' });
const mail = () => preview().frameLocator('iframe');

test('the page of an address shows its state', async () => {
  await page.goto(`${environment.url}/acme/apps/email`);
  const row = page.getByRole('listitem').filter({ hasText: support });
  await row.getByText('Template: Blank').waitFor();
  await row.getByText('Last message').waitFor();
  await page
    .getByText(/older mail is imported on its page, on request\. Read receipts are not supported\./)
    .waitFor();
  const settings = page.getByRole('link', { name: 'Gmail settings' });
  expect(await settings.getAttribute('href')).toMatch(/^https:\/\/mail\.google\.com\//);
  await row.getByRole('link', { name: 'Acme Support' }).click();
  await page.getByRole('heading', { name: support }).waitFor();
  await fact('New mail').getByText('New mail is announced by Google').waitFor({ timeout: 30_000 });
  await fact('Announcements of new mail')
    .getByText(/valid until .*; renewed every day/)
    .waitFor();
  await fact('Backlog').getByText('None: everything at Gmail has been read').waitFor();
  await fact('Last message received').locator('time').waitFor();
  await fact('Last message sent').getByText('none yet').waitFor();
  await fact('Sending allowance').getByText('2,000 of 2,000 messages left in 24 hours').waitFor();
  await fact('Gmail quota')
    .getByText(/^\d+ of 6,000 units used in the last minute$/)
    .waitFor();
  await fact('State').getByText('Connected').waitFor();
  await fact('Received from people').getByText('1', { exact: true }).waitFor();
  await fact('Came back').getByText('0 of 0 messages sent').waitFor();
  await fact('From Gmail to the screen')
    .getByText(/95% within \d+ sec/)
    .waitFor();
  await page.getByText(/A new address starts with the messages that arrive from now on/).waitFor();
  const traffic = page.getByRole('region', { name: 'The last 30 days', exact: true });
  await traffic.getByText('As a table').click();
  expect(await traffic.getByRole('row').count()).toBe(31);
  const counts = await traffic.getByRole('cell').allTextContents();
  expect(counts.filter((count) => count !== '0')).toEqual(['1']);
  await traffic.getByText('As a table').click();
});

test('a test message is sent and counted', async () => {
  await page.getByRole('button', { name: 'Send yourself a test message' }).click();
  await page.getByText('The test message to admin@acme.example was sent.').waitFor();
  await expect.poll(() => fact('Last message sent').locator('time').count(), { timeout: 30_000 }).toBe(1);
  await fact('Sending allowance').getByText('1,999 of 2,000 messages left in 24 hours').waitFor();
  await page.getByRole('button', { name: 'Check this mailbox' }).click();
  await fact('Completeness')
    .getByText(/2 of 2 messages · checked/)
    .waitFor({ timeout: 60_000 });
});

test('settings are previewed with a real conversation before saving', async () => {
  await preview().getByText('Acme Support <support@acme.example>').waitFor();
  await preview().getByText('Re: Where is my parcel?').waitFor();
  await mail().getByText('thank you for writing').waitFor();
  expect(await mail().getByText('It should have come on Tuesday.').count()).toBe(0);
  await page.getByLabel('Display name').first().fill('Acme Help');
  await preview().getByText('Acme Help <support@acme.example>').waitFor();
  await page.getByRole('radio', { name: /Include history in replies/ }).check();
  await mail().getByText('It should have come on Tuesday.').waitFor();
  await page.getByRole('combobox', { name: 'Template' }).first().click();
  await page.getByRole('option', { name: 'Acme brand' }).click();
  await mail().getByText('Alex Admin · Acme, 1 Example Street').waitFor();
  await page.getByRole('switch', { name: 'Dynamic Alias Name' }).check();
  await preview().getByText('Alex Admin <support@acme.example>').waitFor();
  await preview().getByRole('combobox', { name: 'Shown with' }).click();
  await page.getByRole('option', { name: 'an example' }).click();
  await mail().getByText('Where is my parcel?').waitFor();
  await page.getByLabel('Display name').first().fill(' ');
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.getByText('Give the address a display name.').waitFor();
  await page.getByLabel('Display name').first().fill('Acme Help');
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.getByText('Changes saved').waitFor();
  expect(await listAddresses(page, environment)).toMatchObject([
    { displayName: 'Acme Help', threading: 'history' },
    {},
  ]);
});

test('older mail is estimated, imported, paused and removed as one', async () => {
  const raws = [1, 2, 3].map((n) =>
    Buffer.from(
      `From: Cem <cem${n}@far.example>\r\nTo: ${support}\r\nSubject: Older ${n}\r\nMessage-ID: <older-${n}@far.example>\r\n\r\nHello\r\n`,
    ).toString('base64'),
  );
  await control(environment, '/older-mail', { account: support, daysAgo: 5, raws });
  await page.goto(`${environment.url}/acme/apps/email/${mailboxId}`);
  const older = page.getByRole('region', { name: 'Older mail' });
  await older.getByRole('button', { name: 'Estimate' }).click();
  await older.getByText('3 messages to import. It takes about 1 minute.').waitFor();
  await expectAccessible(page);
  // Gmail lists messages and returns none, so that the import is under way for as long as the test needs.
  await control(environment, '/faults', {
    account: support,
    method: 'messages.get',
    kind: '503',
    times: null,
  });
  await older.getByRole('button', { name: 'Import', exact: true }).click();
  const row = older.getByRole('listitem').filter({ hasText: 'The last 30 days' });
  await row.getByText(/^0 of 3 messages/).waitFor();
  await row.getByRole('progressbar').waitFor({ state: 'attached' });
  await row.getByText('It is tried again by itself.').waitFor();
  await row.getByRole('button', { name: 'Pause' }).click();
  await row.getByText('Paused · 0 of 3 messages').waitFor();
  await expectAccessible(page);
  await older.scrollIntoViewIfNeeded();
  await saveScreenshot(page, 'import-paused');
  await resetSimulator(environment);
  await row.getByRole('button', { name: 'Resume' }).click();
  await row.getByText('3 messages imported').waitFor();
  await row.getByRole('status').getByText('Done').waitFor();
  await row.getByRole('button', { name: 'Remove this import' }).click();
  await row.getByRole('button', { name: 'Remove this import' }).last().click();
  await row.getByText('3 conversations removed').waitFor();
  await row.getByRole('status').getByText('Removed').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'import-removed');
});

test.each([
  ['1440 light', 1440, 'light'],
  ['1440 dark', 1440, 'dark'],
  ['400 light', 400, 'light'],
  ['400 dark', 400, 'dark'],
] as const)('the pages are accessible: %s', async (name, width, colorScheme) => {
  const at = await openInbox('admin', width, 900, { colorScheme });
  const scan = async (what: string, path: string, seen: string) => {
    await at.goto(`${environment.url}/acme/${path}`);
    await at.getByText(seen).first().waitFor();
    await at.getByText('Loading').waitFor({ state: 'hidden' });
    await expectAccessible(at);
    expect(await at.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const high = await at.evaluate(
      "Math.max(...[...document.querySelectorAll('main')].map((m) => m.scrollHeight))",
    );
    await at.setViewportSize({ width, height: Math.max(900, Number(high) + 80) });
    await saveScreenshot(at, `page-${name.replace(' ', '-')}-${what}`);
    await at.setViewportSize({ width, height: 900 });
  };
  await scan('list', 'apps/email', 'Template: Acme brand');
  await scan('page', `apps/email/${mailboxId}`, 'Alex Admin <support@acme.example>');
  await scan('connect', 'apps/email/connect', 'You need a Google Workspace account');
  await at.context().close();
});

test('deleting revokes the access and keeps the conversations', async () => {
  await control(environment, '/quota', { perMinute: null });
  await page.getByRole('button', { name: 'Delete address' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`Delete ${support}?`).waitFor();
  await dialog
    .getByText('Conversations and messages stay in Postroom; nothing is deleted in Gmail.')
    .waitFor();
  await dialog
    .getByText(/^Everything that had arrived by .* has been read\.$/)
    .or(dialog.getByText(/^What has arrived in Gmail since .* may not have been read yet\./))
    .waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'page-delete');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  expect(await listAddresses(page, environment)).toHaveLength(2);
  await page.getByRole('button', { name: 'Delete address' }).click();
  await dialog.getByRole('button', { name: 'Delete address' }).click();
  await page.getByRole('heading', { name: 'Email addresses' }).waitFor();
  await page.getByRole('main').getByText(support).waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: support }).waitFor({ state: 'hidden' });
  await expect.poll(() => hasAccess(environment, support)).toBe(false);
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Where is my parcel/ }).waitFor();
  expect(await runInDatabase(environment, 'select from message')).toBe(2);
});
