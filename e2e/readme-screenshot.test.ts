import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUserContext, openBrowser, saveScreenshot } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { connect, deliver, setUndoSeconds, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

// With E2E_PICTURES=docs this takes the README's screenshot.
test('the README’s screenshot of the inbox', async () => {
  const page = await (await newUserContext(browser)).newPage();
  await signIn(page, environment);
  await connect(page, environment, 'support@acme.example');
  await setUndoSeconds(page, environment, 0);
  const ids = await fillSampleInbox(page, environment);
  await page.goto(`${environment.url}/acme/inbox/open/${ids.get('My parcel is late')}`);
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
  // Waits until the alerts about connecting and sending have disappeared.
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  await saveScreenshot(page, 'inbox');
});
