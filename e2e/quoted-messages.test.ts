import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf, setUndoSeconds } from './steps.ts';

setUp();
let page: Page;
beforeAll(async () => {
  page = await openInbox();
  const mailboxId = await connect(page, environment, 'support@acme.example');
  const path = `/api/instances/${await instanceOf(page, environment)}/mailboxes/${mailboxId}`;
  await callApi(page, environment, 'PATCH', path, { threading: 'history' });
  await setUndoSeconds(page, environment, 0);
});
beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(environment.server.output())));

test('the composer says what it does not quote because of whom, and asks before it is quoted', async () => {
  await deliver(environment, 'Where is it?', '<p>My number is 4711</p>');
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Where is it/ }).click();
  const timeline = page.getByRole('region', { name: 'Messages', exact: true });
  await timeline.getByRole('article').first().waitFor();
  await page.keyboard.press('r');
  const composer = page.getByRole('region', { name: 'Reply', exact: true });
  await composer.getByText('1 earlier message is quoted below.').waitFor();

  // A colleague of the supplier has not received what Ana wrote.
  await composer.getByRole('button', { name: 'Cc and Bcc' }).click();
  const cc = composer.getByRole('combobox', { name: 'Cc', exact: true });
  await cc.fill('bo@supplier.example');
  await cc.press('Enter');
  const notQuoted = composer.getByText(
    /^Not quoted: message of Ana, .*, because bo@supplier\.example has not received it\.$/,
  );
  await notQuoted.waitFor();
  await composer.getByText('No earlier message is quoted below.').waitFor();
  await composer.getByRole('button', { name: 'Choose' }).click();
  const choice = composer.getByRole('checkbox', { name: /^Ana, / });
  await expectAccessible(page);
  await saveScreenshot(page, 'composer-quoted-messages');

  await choice.click();
  const dialog = page.getByRole('dialog', { name: 'Quote a message they have not received?' });
  await dialog.getByText(/^bo@supplier\.example has neither written nor received/).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'composer-quote-unreceived');
  await dialog.getByRole('button', { name: 'Do not quote it' }).click();
  expect(await choice.isChecked()).toBe(false);
  await choice.click();
  await dialog.getByRole('button', { name: 'Quote it', exact: true }).click();
  await composer.getByText('1 earlier message is quoted below.').waitFor();

  // Consent is for the readers it named: another one needs a new one.
  await cc.fill('cy@supplier.example');
  await cc.press('Enter');
  await composer.getByText(/because bo@supplier\.example and cy@supplier\.example have not/).waitFor();
  await cc.press('Backspace');
  await composer.getByText('1 earlier message is quoted below.').waitFor();

  // What was decided is on the draft, and in what is sent.
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('See below');
  await page.getByText(/^Saved /).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await composer.getByText('1 earlier message is quoted below.').waitFor();
  await page.getByRole('textbox', { name: 'Message', exact: true }).press('Control+Enter');
  await timeline.getByRole('article').nth(1).waitFor();
  const sent = await browser.newPage();
  await expect
    .poll(async () => {
      await sent.goto(`${environment.google}/mail/support@acme.example/sent`);
      return sent.getByRole('link', { name: /Where is it/ }).count();
    })
    .toBeGreaterThan(0);
  await sent
    .getByRole('link', { name: /Where is it/ })
    .first()
    .click();
  const original = sent.getByRole('article').last().getByRole('link', { name: 'Show original' });
  const source = await fetch(new URL((await original.getAttribute('href'))!, environment.google));
  expect(await source.text()).toContain('> My number is 4711');
});

test('where the quoted messages cannot be loaded, the composer says so', async () => {
  await deliver(environment, 'Not answered', '<p>My number is 4712</p>', 'bea@far.example');
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Not answered/ }).click();
  await page.getByRole('article').first().waitFor();
  await page.route('**/quotable-messages', (route) => route.fulfill({ status: 502, body: '' }));
  await page.keyboard.press('r');
  const composer = page.getByRole('region', { name: 'Reply', exact: true });
  await composer.getByText('Which earlier messages this reply quotes could not be loaded.').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'composer-quoted-failed');
  await page.unroute('**/quotable-messages');
  await composer.getByRole('button', { name: 'Try again' }).click();
  await composer.getByText('1 earlier message is quoted below.').waitFor();
});
