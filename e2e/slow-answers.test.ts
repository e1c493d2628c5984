import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { holdAnswer, holdRequests, waitForNetworkIdle } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf } from './steps.ts';

// Keys and presses have the same effect before the page has rendered, or the API has answered, as after it.

setUp();
let page: Page;
let instance: string;
let conversation: string;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  instance = `/api/instances/${await instanceOf(page, environment)}`;
  for (const subject of ['First', 'Second', 'Third']) {
    await deliver(environment, subject, '<p>Hello</p>');
    await page.getByRole('link', { name: subject }).waitFor();
  }
  conversation = (await page.getByRole('link', { name: 'First' }).getAttribute('data-row'))!;
  await page.close();
});
beforeEach(async () => {
  page = await openInbox();
  return () => page.context().close();
});

async function openConversation(): Promise<void> {
  await page.goto(`${environment.url}/acme/inbox/open/${conversation}`);
  await page.getByRole('article').waitFor();
}

test('two presses of j at once go to the second conversation below', async () => {
  await page.getByRole('link', { name: 'Third' }).click();
  await page.getByRole('heading', { level: 1, name: 'Third' }).waitFor();
  await page.evaluate(`for (const _ of [1, 2]) document.body.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true, cancelable: true }))`);
  await page.getByRole('heading', { level: 1, name: 'First' }).waitFor();
});

test('a typed time and Enter before its code is loaded snooze until it', async () => {
  const release = await holdRequests(page, /\/assets\/chrono-.*\.js$/);
  await openConversation();
  await page.keyboard.press('s');
  await page.getByRole('menuitem', { name: /Tomorrow morning/ }).waitFor();
  await page.keyboard.type('tomorrow 14');
  await expect.poll(() => page.getByRole('textbox', { name: 'A time' }).inputValue()).toBe('tomorrow 14');
  await page.keyboard.press('Enter');
  release();
  await page
    .getByText(/^Snoozed until/)
    .first()
    .waitFor();
});

test('Done before the settings are known goes where they say', async () => {
  await callApi(page, environment, 'PATCH', `${instance}/conversations/${conversation}`, { status: 'open' });
  await callApi(page, environment, 'PATCH', `${instance}/writing-settings`, { afterDone: 'stay' });
  const release = await holdRequests(page, /\/writing-settings$/);
  await openConversation();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/acme/inbox/open/${conversation}`);
  const loaded = page.waitForResponse(/\/writing-settings$/);
  release();
  await (await loaded).finished();
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/acme/inbox/open/${conversation}`);
});

test('what others change meanwhile does not take back a change that is not answered yet', async () => {
  await callApi(page, environment, 'PATCH', `${instance}/writing-settings`, { afterDone: 'stay' });
  await openConversation();
  const release = await holdRequests(page, /\/conversations\/[^/]+$/, 'PATCH');
  await page.getByRole('button', { name: 'Reopen' }).click();
  await page.getByRole('button', { name: 'Done', exact: true }).waitFor();
  // The event of a colleague's change arrives before the answer.
  const tag = randomUUID();
  await callApi(page, environment, 'PUT', `${instance}/tags/${tag}`, { name: 'Meanwhile', color: 'blue' });
  const refetched = page.waitForResponse(/\/customers\/[^/]+$/);
  await callApi(page, environment, 'PATCH', `${instance}/conversations/${conversation}`, { addTags: [tag] });
  await (await refetched).finished();
  await waitForNetworkIdle(page);
  await page.getByRole('button', { name: 'Done', exact: true }).waitFor();
  release();
  await page.getByText('Meanwhile', { exact: true }).first().waitFor();
  expect(await page.getByRole('button', { name: 'Done', exact: true }).count()).toBe(1);
});

test('settings that are changed one after another are all shown and saved', async () => {
  await page.goto(`${environment.url}/acme/settings/writing`);
  const undo = page.getByRole('radiogroup', { name: 'Undo send' });
  const afterDone = page.getByRole('radiogroup', { name: 'After Done' });
  await undo.waitFor();
  const release = await holdRequests(page, /\/writing-settings$/, 'PATCH');
  const isChecked = async () => [
    await undo.getByRole('radio', { name: '30 s' }).isChecked(),
    await afterDone.getByRole('radio', { name: 'List', exact: true }).isChecked(),
  ];
  await undo.getByText('30 s').click();
  await afterDone.getByText('List', { exact: true }).click();
  await expect.poll(isChecked).toEqual([true, true]);
  release();
  type Settings = { undoSeconds: number; afterDone: string };
  const saved = () => callApi<Settings>(page, environment, 'GET', `${instance}/writing-settings`);
  await expect.poll(saved).toMatchObject({ undoSeconds: 30, afterDone: 'list' });
  expect(await isChecked()).toEqual([true, true]);
});

test.each([
  ['sign-in', /\/api\/sign-in$/, 'sign-in', 'Sign in'],
  ['security', /\/sign-in-ways$/, 'acme/settings/security', 'Turn on'],
  ['receiving', /\/own-addresses$/, 'acme/settings/receiving', 'Cancel'],
  ['addresses', /\/google-set-up$/, 'acme/apps/email', 'Add Email Address'],
])('the parts of a page appear at once: %s', async (_name, path, place, button) => {
  const release = await holdRequests(page, path);
  const asked = page.waitForRequest((request) => path.test(new URL(request.url()).pathname));
  await page.goto(`${environment.url}/${place}`);
  await asked;
  await page.getByRole('status', { name: 'Loading' }).first().waitFor();
  expect(await page.getByRole('button', { name: button, exact: true }).count()).toBe(0);
  release();
  await page.getByRole('button', { name: button, exact: true }).waitFor();
});

test('a request that was refused as the session was replaced is repeated without a sign-in', async () => {
  let isFirst = true;
  await page.route(/\/api\/me\/sessions/, (route) => {
    if (!isFirst) return route.fallback();
    isFirst = false;
    return route.fulfill({ status: 401, json: {} });
  });
  await page.goto(`${environment.url}/acme/settings/security`);
  await page.getByText('This browser').waitFor();
  expect(isFirst).toBe(false);
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test.each([
  ['How to search', /\/search-popover-.*\.js$/, 'dialog'],
  [/^Organizations/, /\/instance-menu-.*\.js$/, 'menu'],
] as const)(
  'a button that is replaced while it is pressed does what it says: %s',
  async (name, code, opened) => {
    const release = await holdRequests(page, code);
    await page.goto(`${environment.url}/acme/inbox/open`);
    const button = page.getByRole('button', { name });
    await button.hover();
    await page.mouse.down();
    const before = await button.elementHandle();
    release();
    await expect
      .poll(() => before!.evaluate((element: { isConnected: boolean }) => element.isConnected))
      .toBe(false);
    await page.mouse.up();
    await page.getByRole(opened).waitFor();
  },
);

test.each([
  ['apps/email', /\/mailboxes$/, 'support@acme.example'],
  ['customers', /\/customers\/list$/, 'ana@far.example'],
])('what is shown stays when fetching it again fails for a time: %s', async (place, path, text) => {
  await page.goto(`${environment.url}/acme/${place}`);
  const shown = (await page.getByRole('main').getByText(text).first().elementHandle())!;
  let refused = 0;
  const isRefused = ({ pathname }: URL) => path.test(pathname) && refused < 3;
  await page.route(isRefused, (route) => {
    refused += 1;
    return route.fulfill({ status: 503, json: {} });
  });
  await deliver(environment, 'More', '<p>Hello</p>');
  // The request is repeated twice before it has failed.
  await expect.poll(() => refused, { timeout: 10_000 }).toBe(3);
  const fetched = page.waitForResponse(
    (response) => path.test(new URL(response.url()).pathname) && response.ok(),
  );
  await deliver(environment, 'Even more', '<p>Hello</p>');
  await (await fetched).finished();
  expect(await shown.evaluate((element: { isConnected: boolean }) => element.isConnected)).toBe(true);
});

test('what the column of the customer cannot fetch is said, and asked for again', async () => {
  const refused = { title: 'Not now', detail: 'Ask again.' };
  const refuse = [
    await holdAnswer(page, '**/customers/*', refused),
    await holdAnswer(page, '**/customers/*/conversations*', refused),
  ];
  for (const answer of refuse) answer();
  await openConversation();
  const column = page.getByRole('complementary', { name: 'Customer' });
  const again = column.getByRole('button', { name: 'Try again' });
  await again.click();
  await column.getByRole('textbox').waitFor();
  await column.getByRole('button', { name: 'Other conversations' }).click();
  await again.click();
  await column.getByRole('link', { name: 'Third' }).waitFor();
});

test('a next page that cannot be fetched leaves the list, and says so', async () => {
  await page.route(/\/customers\/list/, async (route) => {
    if (new URL(route.request().url()).searchParams.has('after'))
      return route.fulfill({ status: 503, json: {} });
    const response = await route.fetch();
    return route.fulfill({ response, json: { ...(await response.json()), next: 'next' } });
  });
  await page.goto(`${environment.url}/acme/customers`);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('main').getByRole('alert').waitFor();
  expect(await page.getByText('ana@far.example').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Show more' }).waitFor();
});

test('a next page of conversations that cannot be fetched is asked for again below the rows', async () => {
  for (const subject of ['Fourth', 'Fifth', 'Sixth']) await deliver(environment, subject, '<p>Hello</p>');
  const row = (subject: string) => page.getByRole('link', { name: subject });
  await row('Sixth').waitFor();
  // Pages of four rows, of which the list shows three at once.
  await page.setViewportSize({ width: 1440, height: 300 });
  let refused = 0;
  await page.route(/\/conversations\?/, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '4');
    if (!url.searchParams.has('after') || refused >= 3) return route.continue({ url: url.href });
    refused += 1;
    return route.fulfill({ status: 503, json: {} });
  });
  await page.reload();
  const list = page.getByRole('region', { name: 'Conversations' });
  await list.getByRole('alert').filter({ hasText: 'Postroom does not answer' }).waitFor();
  await row('Sixth').waitFor();
  await list.getByRole('button', { name: 'Try again' }).click();
  await list.getByRole('alert').waitFor({ state: 'detached' });
  await list.hover();
  await page.mouse.wheel(0, 10_000);
  await row('Second').waitFor();
  expect(await list.getByRole('button', { name: 'Try again' }).count()).toBe(0);
});

test('a list that cannot be gathered is not selected in part, and that is said', async () => {
  let isRefused = true;
  await page.route(/\/conversations\?/, async (route) => {
    if (!new URL(route.request().url()).searchParams.has('after')) {
      const response = await route.fetch();
      return route.fulfill({ response, json: { ...(await response.json()), next: 'next' } });
    }
    return route.fulfill(isRefused ? { status: 503, json: {} } : { json: { conversations: [], next: null } });
  });
  await page.reload();
  await page.getByRole('button', { name: /^Select .*Second/ }).click();
  const all = page.getByRole('button', { name: 'Select everything in this list' });
  await all.click();
  // Beside what the list says of its next page.
  await page.getByRole('alert').filter({ hasText: 'Postroom does not answer' }).nth(1).waitFor();
  await page.getByText('1 selected').waitFor();
  isRefused = false;
  await all.click();
  await page.getByText(/^[2-9] selected$/).waitFor();
});

test('what is changed while it is saved stays, and so does the focus', async () => {
  await page.goto(`${environment.url}/acme/settings/content`);
  await page.getByRole('switch', { name: 'Delete conversations that are done' }).press('Space');
  const days = page.getByLabel('Days after it was done');
  await days.fill('400');
  const release = await holdRequests(page, /\/retention$/, 'PUT');
  const saving = page.waitForRequest((request) => request.method() === 'PUT');
  await days.press('Enter');
  await saving;
  await days.fill('500');
  release();
  await page.getByText('Changes saved').waitFor();
  expect(await days.inputValue()).toBe('500');
  await days.press('Enter');
  await expect.poll(() => page.getByRole('button', { name: 'Delete from now on' }).isDisabled()).toBe(true);
  expect(await days.evaluate(isFocused)).toBe(true);
});

test('an inbox without addresses is not said to be empty before it is known', async () => {
  await callApi(page, environment, 'POST', '/api/instances', { name: 'Try Out', kind: 'sandbox' });
  const release = await holdRequests(page, /\/views$/);
  const listed = page.waitForResponse(/\/conversations\?/);
  await page.goto(`${environment.url}/try-out/inbox/open`);
  await (await listed).finished();
  await page.getByRole('main').getByRole('status', { name: 'Loading' }).waitFor();
  expect(await page.getByText('No open conversations').count()).toBe(0);
  release();
  await page.getByText('Connect your first email address').waitFor();
});

test('the dialog to sign in again opens once the ways to sign in are known', async () => {
  await page.goto(`${environment.url}/acme/settings/tags`);
  await page.getByLabel('New tag').fill('late');
  const release = await holdRequests(page, /\/api\/sign-in$/);
  const asked = page.waitForRequest(/\/api\/sign-in$/);
  await page.context().clearCookies();
  await page.keyboard.press('Enter');
  await asked;
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  expect(await dialog.count()).toBe(0);
  release();
  await dialog.getByLabel('Password', { exact: true }).waitFor();
  await expect.poll(() => dialog.getByLabel('Password', { exact: true }).evaluate(isFocused)).toBe(true);
});

test.each([
  ['style sheet of a page', /\/deployment-health-.*\.css$/],
  ['script of a page', /\/deployment-health-.*\.js$/],
  ['messages', /\/assets\/en-.*\.js$/],
  ['style sheet of a part', /\/notification-bell-.*\.css$/],
  ['script of a part', /\/program-version-.*\.js$/],
])('what could not be loaded is loaded again: %s', async (_name, file) => {
  // Without the service worker, whose requests the page's route does not meet.
  const page = await openInbox('admin', 1440, 900, { serviceWorkers: 'block' });
  let asked = 0;
  await page.route(file, (route) => {
    asked += 1;
    return asked <= 2 ? route.abort() : route.fallback();
  });
  const loaded = page.waitForResponse(file);
  await page.goto(`${environment.url}/acme/settings/health`);
  await loaded;
  await page.getByRole('heading', { name: 'Health', exact: true }).waitFor();
  await page.getByRole('button', { name: /^Notifications/ }).waitFor();
  const unstyled = `[...document.querySelectorAll('link[rel=stylesheet]')].filter(({ sheet }) => !sheet).length`;
  expect(await page.evaluate(unstyled)).toBe(0);
  expect(asked).toBeGreaterThanOrEqual(3);
  await page.context().close();
});

const isFocused = (element: { matches(selector: string): boolean }) => element.matches(':focus');
