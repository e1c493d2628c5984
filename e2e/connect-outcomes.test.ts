import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import {
  answerConsent,
  chooseAccount,
  connectPageUrl,
  hasAccess,
  listAddresses,
  openConnectPage,
  openGooglePopup,
} from './connect-steps.ts';
import { runInDatabase } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, control, signIn, syncUntilShown } from './steps.ts';

const support = 'support@acme.example';
const sales = 'sales@acme.example';
const billing = 'billing@acme.example';
setUp();

const google = (page: Page) => page.getByRole('button', { name: 'Sign in with Google' });
const save = (page: Page) => page.getByRole('button', { name: 'Save Changes' });

test('with blocked pop-ups, connecting continues in the same window', async () => {
  const page = await (await newUserContext(browser)).newPage();
  await page.addInitScript(() => {
    (globalThis as never as { open: () => null }).open = () => null;
  });
  await signIn(page, environment);
  await page.goto(connectPageUrl(environment));
  await page.getByRole('button', { name: 'Continue' }).click();
  await google(page).click();
  await page.getByText('Your browser blocked the Google window.').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'connecting-blocked');
  const here = page.getByRole('link', { name: 'Sign in on this page instead' });
  await here.click();
  await chooseAccount(page, support);
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('You did not allow Postroom to use the account').waitFor();
  await google(page).click();
  await here.click();
  await chooseAccount(page, support);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText(`${support} is ready.`).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Email addresses' }).waitFor();
  expect(await listAddresses(page, environment)).toEqual([]);
  await expect.poll(() => hasAccess(environment, support)).toBe(false);
});

test('a callback URL works once, only in the browser that started', async () => {
  const page = await openConnectPage();
  const window = await openGooglePopup(page);
  await window.getByRole('heading', { name: 'Choose an account' }).waitFor();

  // The callback is opened in another browser: signed out, then signed in as a colleague.
  const otherBrowser = await (await newUserContext(browser)).newPage();
  await otherBrowser.goto(window.url());
  await chooseAccount(otherBrowser, support);
  const used = otherBrowser.waitForRequest(/oauth\/google\/callback/);
  await otherBrowser.getByRole('button', { name: 'Allow' }).click();
  const callback = (await used).url();
  await otherBrowser.getByText('This sign-in was started in another browser, or by someone else.').waitFor();
  await otherBrowser.getByText('Nothing was changed.').waitFor();
  expect(await otherBrowser.textContent('body')).not.toContain('acme.example');
  await expectAccessible(otherBrowser);
  await saveScreenshot(otherBrowser, 'connecting-another-browser');
  await otherBrowser.getByRole('link', { name: 'Open Postroom' }).click();
  await otherBrowser.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
  const colleague = await openInbox('agent');
  await colleague.goto(callback);
  await colleague.getByText('This sign-in was started in another browser').waitFor();

  // The first browser is still waiting, and can finish.
  await page.getByText('Waiting for you to finish in the Google window').waitFor();
  await expectAccessible(page);
  const answered = page
    .context()
    .waitForEvent('request', (request) => /oauth\/google\/callback/.test(request.url()));
  await chooseAccount(window, support);
  await answerConsent(window, 'Allow');
  const replayed = (await answered).url();
  await page.getByText(`${support} is ready.`).waitFor();
  const again = await page.context().newPage();
  await again.goto(replayed);
  await again.getByText('This sign-in was already finished: its link works once.').waitFor();
  await expectAccessible(again);
  await again.getByRole('link', { name: 'Sign in with Google again' }).click();
  await again.getByRole('heading', { name: 'Add a Gmail address' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => hasAccess(environment, support)).toBe(false);
  expect(await listAddresses(page, environment)).toEqual([]);
});

/** Signs in to Google and waits for the form of the new address. */
async function openForm(page: Page, address: string): Promise<void> {
  const window = await openGooglePopup(page);
  await chooseAccount(window, address);
  await answerConsent(window, 'Allow');
  await page.getByText(`${address} is ready.`).waitFor();
}

test('of two tabs with one account the second gets an error', async () => {
  const first = await openConnectPage();
  const second = await first.context().newPage();
  await second.goto(connectPageUrl(environment));
  await openForm(first, sales);
  await openForm(second, sales);
  await first.getByLabel('Display name').fill('First');
  await save(first).click();
  await first
    .getByRole('listitem')
    .filter({ hasText: sales })
    .getByText('Connected', { exact: true })
    .waitFor();
  await second.getByLabel('Display name').fill('Second');
  await save(second).click();
  await second.getByText(`${sales} is already connected here.`).waitFor();
  await google(second).waitFor();
  await expectAccessible(second);
  expect(await listAddresses(second, environment)).toMatchObject([{ address: sales, displayName: 'First' }]);
  expect(await hasAccess(environment, sales)).toBe(true);
});

test('of two admins who save at the same time one gets an error', async () => {
  await runInDatabase(
    environment,
    `update membership set role = 'admin' from users where users.id = user_id and email = 'john@acme.example'`,
  );
  const alex = await openConnectPage();
  const john = await openInbox('agent');
  await john.goto(connectPageUrl(environment));
  await openForm(alex, billing);
  await openForm(john, billing);
  await Promise.all([save(alex).click(), save(john).click()]);
  const conflict = (page: Page) => page.getByText(`${billing} is already connected here.`);
  const listed = (page: Page) => page.getByRole('listitem').filter({ hasText: billing });
  for (const page of [alex, john]) await conflict(page).or(listed(page)).first().waitFor();
  const refused = [alex, john].filter((page) => /connect\/[\w-]+$/.test(page.url()));
  expect(refused).toHaveLength(1);
  await google(refused[0]!).waitFor();
  expect(await listAddresses(alex, environment)).toHaveLength(2);
  await runInDatabase(
    environment,
    `update membership set role = 'agent' from users where users.id = user_id and email = 'john@acme.example'`,
  );
});

test('reconnecting with the wrong account changes nothing', async () => {
  const page = await openInbox();
  await connect(page, environment, support);
  const before = await listAddresses(page, environment);
  await control(environment, '/revoke', { email: support });
  const reconnect = page.getByRole('link', { name: `Reconnect ${support}` });
  await syncUntilShown(environment, reconnect);
  await reconnect.first().click();
  await page.getByText(`Sign in to the Google account of ${support}`).waitFor();
  let window = await openGooglePopup(page);
  await window.getByRole('link', { name: new RegExp(support) }).click();
  await chooseAccount(window, 'john@acme.example');
  await answerConsent(window, 'Allow');
  await page.getByText(`You signed in as john@acme.example, but this reconnects ${support}.`).waitFor();
  await page.getByText(`Sign in as ${support}.`).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'connecting-wrong-account');
  await expect.poll(() => hasAccess(environment, 'john@acme.example')).toBe(false);
  window = await openGooglePopup(page);
  await window.getByRole('button', { name: 'Allow' }).waitFor();
  await answerConsent(window, 'Allow');
  await page.getByText(`${support} is ready.`).waitFor();
  await save(page).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: support })
    .getByText('Connected', { exact: true })
    .waitFor();
  expect(await listAddresses(page, environment)).toEqual(before);
});

test('a colleague’s own address brings a warning, and another can be used', async () => {
  await control(environment, '/accounts/add', { email: 'orders@acme.example', name: 'Acme Orders' });
  const page = await openConnectPage();
  await page.getByText('A Google Group or an alias cannot be connected').waitFor();
  const first = await openGooglePopup(page);
  await chooseAccount(first, 'john@acme.example');
  await answerConsent(first, 'Allow');
  const warning = page.getByRole('alert').filter({ hasText: 'the own address of John Carter' });
  await warning.getByText('everybody here reads the mail').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'connect-own-address');
  const opening = page.waitForEvent('popup');
  await warning.getByRole('button', { name: 'Use another account' }).click();
  const second = await opening;
  await chooseAccount(second, 'orders@acme.example');
  await answerConsent(second, 'Allow');
  await page.getByText('orders@acme.example is ready.').waitFor();
  await warning.waitFor({ state: 'hidden' });
  await expect.poll(() => hasAccess(environment, 'john@acme.example')).toBe(false);
  await page.getByRole('button', { name: 'Save Changes' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'orders@acme.example' });
  await row.getByText('New', { exact: true }).waitFor();
  await page.getByText('orders@acme.example is connected.').waitFor();
  await page.getByRole('link', { name: 'Open the practice webmail' }).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'connect-new-row');
  await page.context().close();
});
