import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { listAddresses } from './connect-steps.ts';
import { environment, openInbox, setUp } from './set-up.ts';

setUp();

/** The tag and the name of the focused element. */
const focused = (page: Page) =>
  page.evaluate(() => {
    type Focused = {
      tagName: string;
      textContent: string | null;
      labels?: Iterable<{ textContent: string | null }>;
      getAttribute(name: string): string | null;
    };
    const at = (globalThis as never as { document: { activeElement: Focused } }).document.activeElement;
    const label = [...(at.labels ?? [])].map(({ textContent }) => textContent).join(' ');
    const name = `${at.getAttribute('aria-label') ?? ''} ${label} ${at.textContent ?? ''}`;
    return `${at.tagName.toLowerCase()} ${name}`.replace(/\s+/g, ' ');
  });

/** Presses Tab until the focused element matches. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (wanted.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${wanted}; the focus is on ${await focused(page)}`);
}

test('an address is connected, changed and deleted by keyboard', async () => {
  const page = await openInbox();
  await tabTo(page, /^a .*Apps/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Email addresses' }).waitFor();
  await tabTo(page, /^button .*Add Email Address/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toMatch(/Gmail/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await tabTo(page, /^button .*Continue/);
  await page.keyboard.press('Enter');
  // The button that replaced it has the focus.
  await expect.poll(() => focused(page)).toMatch(/Sign in with Google/);
  const opening = page.waitForEvent('popup');
  await page.keyboard.press('Enter');
  const google = await opening;
  await google.getByRole('heading', { name: 'Choose an account' }).waitFor();
  await tabTo(google, /^a .*support@acme\.example/);
  await google.keyboard.press('Enter');
  await google.getByRole('button', { name: 'Allow' }).waitFor();
  await tabTo(google, /^button .*Allow/);
  await google.keyboard.press('Enter').catch(() => {});

  // The first field of the form has the focus.
  await page.getByLabel('Display name').waitFor();
  await expect.poll(() => focused(page)).toMatch(/Display name/);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Acme Help');
  await tabTo(page, /Dynamic Alias Name/);
  await page.keyboard.press('Space');
  await tabTo(page, /Single message replies/);
  await page.keyboard.press('ArrowDown');
  await tabTo(page, /^button .*Save Changes/);
  await page.keyboard.press('Enter');
  const row = page.getByRole('listitem').filter({ hasText: 'support@acme.example' });
  await row.getByText('Connected', { exact: true }).waitFor();
  // Also while the URL names the new address.
  const tab = page.getByRole('link', { name: 'Addresses', exact: true });
  await expect.poll(() => tab.getAttribute('aria-current')).toBe('page');
  expect(await listAddresses(page, environment)).toMatchObject([
    { displayName: 'Acme Help', threading: 'history' },
  ]);

  await tabTo(page, /^a .*Acme Help/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'How it is doing' }).waitFor();
  await tabTo(page, /^button .*Send yourself a test message/);
  await page.keyboard.press('Enter');
  await page.getByText('The test message to admin@acme.example was sent.').waitFor();
  await tabTo(page, /^summary .*As a table/);
  await page.keyboard.press('Enter');
  await page.getByRole('columnheader', { name: 'Received' }).waitFor();
  await expectAccessible(page);
  await tabTo(page, /^button .*Delete address/);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Delete support@acme.example?').waitFor();
  await expectAccessible(page);
  // The focus is on Keep; Escape changes nothing.
  await expect.poll(() => focused(page)).toMatch(/Keep/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await tabTo(page, /^button .*Delete address/);
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toMatch(/Keep/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Connect your first email address' }).waitFor();
  expect(await listAddresses(page, environment)).toEqual([]);
});
