import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { startProgram } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect } from './steps.ts';

setUp();

/** The result of a check as the page shows it, once all checks are shown. */
async function standing(page: Page, id: string): Promise<string | null> {
  await page.getByText(/^Checked /).waitFor();
  return page.locator(`[data-check="${id}"]`).getAttribute('data-state');
}

test('the page names the simulated Google and shows its state', async () => {
  const page = await openInbox();
  await page.goto(`${environment.url}/acme/apps/email`);
  await page.getByRole('link', { name: 'Set up Google' }).click();
  await page.getByText('This Postroom runs with the simulated Google').waitFor();
  expect(await standing(page, 'client')).toBe('ok');
  await expect.poll(() => standing(page, 'topic')).toBe('ok');
  expect(await standing(page, 'publisher')).toBe('ok');
  expect(await standing(page, 'subscription')).toBe('ok');
  expect(await standing(page, 'redirect')).toBe('unknown');
  await connect(page, environment, 'support@acme.example');
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect.poll(() => standing(page, 'redirect')).toBe('ok');
  await page.context().close();
});

test('values to enter at Google can be copied by keyboard', async () => {
  const page = await openInbox();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${environment.url}/acme/apps/email/google`);
  const copy = page.getByRole('button', { name: 'Copy Redirect address' });
  await copy.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    `${environment.url}/oauth/google/callback`,
  );
  await page.context().close();
});

test.each([
  ['wide-light', 1440, 900, 'light'],
  ['wide-dark', 1440, 900, 'dark'],
  ['phone-light', 400, 800, 'light'],
  ['phone-dark', 400, 800, 'dark'],
] as const)('the page is accessible: %s', async (name, width, height, colorScheme) => {
  const page = await openInbox('admin', width, height, { colorScheme });
  await page.goto(`${environment.url}/acme/apps/email/google`);
  await standing(page, 'client');
  await scan(page, `google-${name}`, width);
  await page.context().close();
});

test('a click registers Postroom for security events, and the page shows the test event', async () => {
  const page = await openInbox();
  await page.goto(`${environment.url}/acme/apps/email/google`);
  await page.getByText('Postroom has not registered itself yet.').waitFor();
  const control = (settings: object) =>
    page.request.post(`${environment.google}/control/event-stream`, { data: settings });
  await control({ fault: 'no-role' });
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText('give this service account the role RISC Configuration Admin').waitFor();
  await scan(page, 'google-security-events-refused', 1440);
  await control({ fault: null });
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText(/^Registered. The test event arrived on /).waitFor();
  await scan(page, 'google-security-events-registered', 1440);
  await page.setViewportSize({ width: 400, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Register again' }).scrollIntoViewIfNeeded();
  await scan(page, 'google-security-events-phone-dark', 400);
  await page.context().close();
});

test('agents cannot open the page', async () => {
  const page = await openInbox('agent');
  await page.goto(`${environment.url}/acme/apps/email/google`);
  await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
  await page.context().close();
});

test('without a configuration it lists what is missing', async () => {
  await environment.server.end('SIGTERM');
  const env = Object.fromEntries(
    Object.entries(environment.env).filter(([name]) => !name.startsWith('GOOGLE_')),
  );
  // The Google addresses point to closed local ports: nothing leaves the machine.
  const alone = { ...env, HTTPS_PROXY: 'http://127.0.0.1:1' };
  const bare = await startProgram('server/src/main.ts', { env: alone, ready: /Postroom is ready/ });
  try {
    const page = await openInbox();
    await page.goto(`${environment.url}/acme/apps/email`);
    await page.getByText('No Google client is configured yet').waitFor();
    await scan(page, 'email-no-google', 1440);
    await page.getByRole('main').getByRole('link', { name: 'Set up Google' }).last().click();
    await page.getByText('These steps make one.').waitFor();
    expect(await standing(page, 'client')).toBe('missing');
    expect(await standing(page, 'topic')).toBe('not-configured');
    expect(await standing(page, 'reach')).toBe('wrong');
    await page.getByText('GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set.').waitFor();
    await page.getByRole('textbox', { name: 'ID of your Google Cloud project' }).fill('acme-mail-42');
    await page.getByText('gcloud pubsub topics create gmail --project=acme-mail-42').waitFor();
    await page.getByText(/GOOGLE_PUBSUB_TOPIC=projects\/acme-mail-42\/topics\/gmail/).waitFor();
    await scan(page, 'google-nothing', 1440);
  } finally {
    await bare.end('SIGTERM');
    await environment.startServer();
  }
});

async function scan(page: Page, what: string, width: number): Promise<void> {
  await saveScreenshot(page, what);
  await expectAccessible(page, what);
  expect(await page.evaluate('document.documentElement.scrollWidth'), what).toBeLessThanOrEqual(width);
}
