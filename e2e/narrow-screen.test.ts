import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clippedTexts, smallTexts } from './accessibility.ts';
import { newUserContext, openBrowser, saveScreenshot, waitForNetworkIdle } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { messages } from './messages.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { callApi, connect, instanceOf, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;
let places: Array<[name: string, path: string]>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  const admin = await (await newUserContext(browser)).newPage();
  await signIn(admin, environment);
  const mailboxId = await connect(admin, environment, 'support@acme.example');
  const conversationId = (await fillSampleInbox(admin, environment)).get('My parcel is late')!;
  const instance = `/api/instances/${await instanceOf(admin, environment)}`;
  const { customer } = await callApi<{ customer: { id: string } }>(
    admin,
    environment,
    'GET',
    `${instance}/conversations/${conversationId}`,
  );
  places = [
    'inbox/open',
    `inbox/open/${conversationId}`,
    'search?q=parcel',
    'new/01890a5d-ac96-774b-bcce-b302099a8057',
    'customers',
    `customers/${customer.id}`,
    'bulk',
    'apps/email',
    `apps/email/${mailboxId}`,
    'apps/email/connect',
    'apps/email/google',
    'apps/email/templates',
    'settings',
    'settings/profile',
    'settings/notifications',
    'settings/security',
    'settings/organizations',
    'settings/general',
    'settings/people',
    'settings/audit',
    'settings/content',
    'settings/tags',
    'settings/writing',
    'settings/receiving',
    'settings/api-keys',
    'settings/webhooks',
    'settings/opening-hours',
    'reports',
  ].map((path) => [path.replace(/[?/]?[0-9a-f-]{36}|\?.*/, '-one').replaceAll('/', '-'), path]);
  await admin.context().close();
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

// languages.test.ts has the same for the other languages.
test('no text is clipped or too small on a phone', async () => {
  const language = 'en';
  const colorScheme = 'light';
  const text = messages(language);
  const context = await browser.newContext({
    viewport: { width: 400, height: 800 },
    locale: language,
    colorScheme,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const { email, password } = environment.demo.admin;
  await page.goto(`${environment.url}/sign-in`);
  await page.getByLabel(text['signIn.email']).fill(email);
  await page.getByLabel(text['signIn.password'], { exact: true }).fill(password);
  await page.getByRole('button', { name: text['signIn.submit'] }).click();
  await page.getByRole('region', { name: text['list.label'] }).getByRole('link').first().waitFor();
  const cut: Record<string, string[]> = {};
  for (const [name, path] of places) {
    await page.goto(`${environment.url}/acme/${path}`);
    await page.getByRole('navigation', { name: text['rail.label'] }).waitFor();
    await page.getByRole('main').waitFor();
    await waitForNetworkIdle(page);
    await saveScreenshot(page, `phone-${language}-${colorScheme}-${name}`);
    expect(await page.getByRole('main').isVisible(), name).toBe(true);
    const found = [...(await clippedTexts(page)), ...(await smallTexts(page))];
    if (found.length > 0) cut[name] = found;
  }
  expect(cut).toEqual({});
  await context.close();
});
