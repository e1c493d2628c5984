import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible, tabTo } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, instanceOf } from './steps.ts';

setUp();
let page: Page;
beforeAll(async () => {
  page = await openInbox();
});

test('changes of admins are logged, found and exported', async () => {
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  await page.goto(`${environment.url}/acme/settings/audit`);
  await page.getByRole('list', { name: 'Entries' }).getByText('Signed in').waitFor();
  const mailboxId = await connect(page, environment, 'support@acme.example');
  await callApi(page, environment, 'PATCH', `${instance}/mailboxes/${mailboxId}`, {
    displayName: 'Acme Help',
  });
  await callApi(page, environment, 'PATCH', `${instance}/receiving`, { newConversationAfterDays: 14 });
  await callApi(page, environment, 'POST', `${instance}/invitations`, {
    email: 'cy@new.example',
    role: 'agent',
  });
  await page.reload();
  const list = page.getByRole('list', { name: 'Entries' });
  await list.getByText('Person invited').waitFor();
  expect(await list.getByRole('listitem').count()).toBe(5);
  await list.getByText('from 127.0.0.1').first().waitFor();

  // Opens the details of the change by keyboard.
  const details = list.getByRole('button', { name: /Details: Settings of an address changed/ });
  await tabTo(page, details);
  await page.keyboard.press('Enter');
  const row = list.getByRole('row', { name: /Display name/ });
  await row.getByText('Acme Support').waitFor();
  await row.getByText('Acme Help').waitFor();
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 400],
    ['dark', 400],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await saveScreenshot(page, `audit-${width}-${colorScheme}`);
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByLabel('About').fill('SUPPORT@');
  await expect.poll(() => list.getByRole('listitem').count()).toBe(2);
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Address connected' }).click();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
  expect(page.url()).toContain('action=mailbox.connected');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  const csv = await readFile(await file.path(), 'utf8');
  expect(csv.trim().split('\n')).toHaveLength(2);
  expect(csv).toContain('mailbox.connected,support@acme.example');
  await page.getByLabel('Until').fill('2020-01-01');
  await page.getByText('Nothing fits').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(5);

  const agent = await openInbox('agent');
  await agent.goto(`${environment.url}/acme/settings`);
  expect(await agent.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  await agent.goto(`${environment.url}/acme/settings/audit`);
  await agent.getByText('This page does not exist').waitFor();
});
