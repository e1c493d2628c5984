import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, setUndoSeconds } from './steps.ts';

setUp();
let page: Page;
beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await setUndoSeconds(page, environment, 0);
});

const field = (name: string) => page.getByRole('combobox', { name, exact: true });
/** Pastes text into a field. */
const paste = (name: string, text: string) =>
  page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData });
    document.querySelector('input[aria-label=${name}]').dispatchEvent(event);
  })()`);

test('a pasted list becomes recipients, each person once', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('heading').first().waitFor();
  await page.keyboard.press('c');
  await page.getByRole('region', { name: 'New message', exact: true }).waitFor();
  await paste(
    'To',
    'Silva, Ana <ana.silva@mail.example>; Tom Becker <tom.becker@mail.example>\njo@far.example',
  );
  await page.getByText('"Silva, Ana" <ana.silva@mail.example>').waitFor();
  await page.getByText('Tom Becker <tom.becker@mail.example>').waitFor();
  await page.getByText('jo@far.example', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cc and Bcc' }).click();
  await field('Cc').fill('Jo Doe <jo@far.example>');
  await page.keyboard.press(',');
  await page.getByText('jo@far.example is a recipient already.').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'recipients');
  await paste('Bcc', Array.from({ length: 500 }, (_, index) => `c${index}@far.example`).join('\n'));
  await page.getByText('503 recipients: Gmail accepts 500').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'recipients-many');
  await page.getByLabel('Subject').fill('To many');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Hello');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('The message has 503 recipients, and Gmail accepts 500.').waitFor();
  expect(await page.getByText(/expected|too_big/i).count()).toBe(0);
});
