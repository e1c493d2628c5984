import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { clippedTexts, expectAccessible, smallTexts } from './accessibility.ts';
import { followRequests, holdAnswer, newUserContext, saveScreenshot, waitForNetworkIdle } from './browser.ts';
import { messages } from './messages.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, instanceOf, signIn } from './steps.ts';

setUp();
let completeBrowser: Browser;
let places: Array<[name: string, path: string]>;
/** The conversation of Mia Keller. */
let movedId: string;

beforeAll(async () => {
  completeBrowser = await openBrowser({ complete: true });
  const admin = await openInbox();
  const mailboxId = await connect(admin, environment, 'support@acme.example');
  const ids = await fillSampleInbox(admin, environment);
  const conversationId = ids.get('My parcel is late')!;
  movedId = ids.get('Change of address')!;
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
    'settings/health',
    'settings/api-keys',
    'settings/webhooks',
    'settings/opening-hours',
    'reports',
  ].map((path) => [path.replace(/[?/]?[0-9a-f-]{36}|\?.*/, '-one').replaceAll('/', '-'), path]);
  await admin.context().close();
});
afterAll(() => completeBrowser?.close());

/** Moves one finger from a point, in steps as a hand does; `lift` false leaves it there. */
async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }, lift = true) {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: from.x + by.x * part, y: from.y + by.y * part }],
    });
  await touch('touchStart', 0);
  for (let step = 1; step <= 10; step += 1) await touch('touchMove', step / 10);
  if (lift) await touch('touchEnd', 1);
  return { lift: () => touch('touchEnd', 1) };
}

async function signInOnPhone(colorScheme: 'light' | 'dark', on = browser): Promise<Page> {
  const context = await newUserContext(on, 400, 800, { hasTouch: true, colorScheme });
  const page = await context.newPage();
  await signIn(page, environment);
  return page;
}

test('on a phone a swipe sets a row to done, with undo, or snoozes it', async () => {
  const page = await signInOnPhone('dark');
  const requestsDone = followRequests(page);
  const row = page.getByRole('link', { name: 'Mia Keller' });
  const middle = async () => {
    const { x, y, width, height } = (await row.boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  await row.waitFor();
  const list = page.url();

  // Up and down it scrolls, and a short way sideways it returns.
  await drag(page, await middle(), { x: 30, y: -120 });
  await drag(page, await middle(), { x: 60, y: 0 });
  expect(await row.isVisible()).toBe(true);

  const finger = await drag(page, await middle(), { x: 120, y: 4 }, false);
  await saveScreenshot(page, 'phone-swipe-done');
  await finger.lift();
  await row.waitFor({ state: 'detached' });
  expect(page.url()).toBe(list);
  await saveScreenshot(page, 'phone-swiped');

  // The answer to Undo comes late: the row is back before it, and the next change waits for it.
  const changes: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/conversations/changes')) changes.push(request.postData()!);
  });
  const answer = await holdAnswer(page, '**/conversations/changes');
  await page.getByRole('button', { name: 'Undo' }).tap();
  await row.waitFor();
  const other = await drag(page, await middle(), { x: -120, y: 4 }, false);
  await saveScreenshot(page, 'phone-swipe-snooze');
  await other.lift();
  await saveScreenshot(page, 'phone-snooze-menu');
  await page.getByRole('menuitem', { name: 'Tomorrow' }).tap();
  await row.waitFor({ state: 'detached' });
  expect(changes).toMatchObject([expect.stringContaining('"status":"open"')]);
  answer();
  await expect.poll(() => changes.length).toBe(2);
  await requestsDone();
  const status = async () => {
    const path = `/api/instances/${await instanceOf(page, environment)}/conversations/${movedId}`;
    type Body = { conversation: { status: string } };
    return (await callApi<Body>(page, environment, 'GET', path)).conversation.status;
  };
  expect(await status()).toBe('snoozed');
  expect(await row.count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).tap();
  await row.waitFor();
  await requestsDone();
  expect(await status()).toBe('open');
  await page.context().close();
});

test('on a phone the bar of selected conversations comes with the tap, and not under the next one', async () => {
  const page = await signInOnPhone('light');
  await page
    .getByRole('button', { name: /^Select / })
    .first()
    .waitFor();
  await expect
    .poll(() =>
      page.evaluate(
        `performance.getEntriesByType('resource').some(({ name }) => name.includes('bulk-actions-bar'))`,
      ),
    )
    .toBe(true);
  await waitForNetworkIdle(page);
  const isThere = await page.evaluate(`(async () => {
    document.querySelector('button[aria-label^="Select "]').click();
    await new Promise(requestAnimationFrame);
    return document.querySelector('[role=toolbar]') !== null;
  })()`);
  expect(isThere).toBe(true);
  await page.context().close();
});

test('on a phone the menu switches to another organization', async () => {
  const page = await signInOnPhone('light');
  await callApi(page, environment, 'POST', '/api/instances', { name: 'Elsewhere', kind: 'production' });
  await page.reload();
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await saveScreenshot(page, 'phone-more-menu');
  await page.getByRole('menuitemradio', { name: 'Elsewhere' }).tap();
  await page.waitForURL(/elsewhere\/inbox/);
  await page.context().close();
});

test('Postroom is installable, opens without network, and keeps nothing of the API', async () => {
  const page = await signInOnPhone('light', completeBrowser);
  const stored = () =>
    page.evaluate<string[]>(`(async () => {
      const paths = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
      return paths;
    })()`);
  await page.getByRole('link', { name: 'Mia Keller' }).tap();
  await page.getByText('We moved.').filter({ visible: true }).first().waitFor();
  await expect.poll(async () => (await stored()).some((path) => /\/en-/.test(path))).toBe(true);
  const others = (await stored()).filter((path) => !path.startsWith('/assets/'));
  expect(others).toEqual(['/index.html']);
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A window of a test is private, where nothing can be installed.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  await page.evaluate(
    `localStorage.setItem('postroom draft u c reply', '${JSON.stringify({
      ...{ id: 'd', version: 0 },
      words: { subject: '', to: ['mia@far.example'], html: '<p>Welcome to the new house.</p>' },
    })}')`,
  );
  await page.addInitScript(`window.registrations = 0;
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = function (...args) {
      window.registrations += 1;
      return register.apply(this, args);
    }`);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText('Postroom does not answer.').first().waitFor();
  await page.getByText('Welcome to the new house.').waitFor();
  await page.getByRole('button', { name: 'Copy the text' }).waitFor();
  await expectAccessible(page, 'a page that was opened without network');
  await saveScreenshot(page, 'phone-offline');
  await page.context().setOffline(false);
  await page.getByText('We moved.').filter({ visible: true }).first().waitFor();

  // Once the page follows the service worker, it has registered it.
  await expect.poll(() => page.evaluate('window.registrations')).toBeGreaterThan(0);
  // Another address of the same file is another version to the browser.
  await page.evaluate(`navigator.serviceWorker.register('/sw.js?next', { updateViaCache: 'none' })`);
  await page.getByText('A new version of Postroom is ready.').waitFor();
  await saveScreenshot(page, 'phone-new-version');
  await expectAccessible(page, 'a new version of the program');
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Reload' }).tap();
  await loaded;
  await page.getByText('We moved.').filter({ visible: true }).first().waitFor();
  await page.context().close();
});

test('what is sent without network leaves once, when the network is back', async () => {
  const page = await signInOnPhone('light');
  await page.getByRole('link', { name: 'Oskar Lund' }).tap();
  const conversation = page.url().split('/').at(-1);
  await page.getByRole('button', { name: 'Reply', exact: true }).tap();
  const words = page.getByRole('textbox', { name: 'Message' });
  await words.waitFor();
  await page.context().setOffline(true);
  await words.fill('A new lamp is on its way.');
  await page.getByRole('button', { name: 'Send', exact: true }).tap();
  const waiting = page.getByText('Leaves when you are online again.');
  await waiting.waitFor();
  await saveScreenshot(page, 'phone-outbox');
  await expectAccessible(page, 'a message that waits');
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('menuitem', { name: 'Sign out' }).tap();
  await page.getByText('A message has not left yet, and signing out deletes what waits').waitFor();
  await saveScreenshot(page, 'phone-sign-out-question');
  await expectAccessible(page, 'the question at signing out');
  await page.context().setOffline(false);
  await waiting.waitFor({ state: 'detached' });
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  type Page = { messages: Array<{ direction: string; snippet?: string }> };
  const { messages } = await callApi<Page>(
    page,
    environment,
    'GET',
    `${instance}/conversations/${conversation}`,
  );
  expect(messages.filter(({ direction }) => direction === 'outbound').length).toBe(1);

  await page.getByRole('button', { name: 'Reply', exact: true }).tap();
  await words.waitFor();
  await page.context().setOffline(true);
  await words.fill('This is not saved anywhere else.');
  await page.getByText('Kept in this browser').waitFor();
  await page.getByRole('button', { name: 'Close, and keep as a draft' }).tap();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('menuitem', { name: 'Sign out' }).tap();
  await page.getByText('A text that is not saved yet is in this browser only').waitFor();
  await page.getByRole('button', { name: 'Sign out all the same' }).last().tap();
  await page.waitForURL(/sign-in/);
  expect(
    await page.evaluate(`Object.keys(localStorage).filter((key) => /draft|outbox|push/.test(key))`),
  ).toEqual([]);
  await page.context().close();
});

test('notifications are pushed to this browser once its user switches that on', async () => {
  const page = await signInOnPhone('dark', completeBrowser);
  await page.context().grantPermissions(['notifications'], { origin: environment.url });
  const requestsDone = followRequests(page);
  // The push service of Chromium's maker is not there; the endpoint is one that nobody pushes to.
  await page.addInitScript(`PushManager.prototype.subscribe = async () => ({
    toJSON: () => ({
      endpoint: 'https://push.example/browser',
      keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
    }),
  })`);
  await page.goto(`${environment.url}/acme/settings/notifications`);
  const push = page.getByRole('switch', { name: /while Postroom is closed/ });
  await expect.poll(() => push.isEnabled()).toBe(true);
  await push.click();
  await expect.poll(() => push.isChecked()).toBe(true);
  // It is disabled until the browser and the server have agreed, which waits for the service worker.
  await expect.poll(() => push.isEnabled()).toBe(true);
  expect(await push.isChecked()).toBe(true);
  await saveScreenshot(page, 'phone-push');
  await expectAccessible(page, 'pushing to this browser');
  await requestsDone();
  await page.reload();
  await expect.poll(() => push.isChecked()).toBe(true);

  const session = await page.context().newCDPSession(page);
  const registrationId = await new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(environment.url));
      if (ours) resolve(ours.registrationId);
    });
    void session.send('ServiceWorker.enable');
  });
  const movedPath = `/acme/inbox/open/${movedId}`;
  const message = { title: 'Mia Keller', body: '2 new messages', tag: 'conversation a', path: movedPath };
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: environment.url,
    registrationId,
    data: JSON.stringify(message),
  });
  const shown = () =>
    page.evaluate(
      `navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map(({ title, body }) => title + ': ' + body))`,
    );
  await expect.poll(shown).toEqual(['Mia Keller: 2 new messages']);
  // Only a person's click gives a worker the right to focus a window; here the browser refuses that.
  await page.evaluate('window.isSamePage = true');
  const [worker] = page.context().serviceWorkers();
  await worker!.evaluate(`(async () => {
    const [notification] = await registration.getNotifications();
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  })()`);
  await page.getByText('We moved.').filter({ visible: true }).first().waitFor();
  expect(new URL(page.url()).pathname).toBe(movedPath);
  expect(await page.evaluate('window.isSamePage')).toBe(true);
  await expect.poll(shown).toEqual([]);
  await page.context().close();
});

// languages.test.ts has the same for the other languages.
test('no text is clipped or too small on a phone', async () => {
  const language = 'en';
  const colorScheme = 'light';
  const text = messages(language);
  const context = await newUserContext(browser, 400, 800, { locale: language, colorScheme });
  const page = await context.newPage();
  const requestsDone = followRequests(page);
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
    await requestsDone();
    await saveScreenshot(page, `phone-${language}-${colorScheme}-${name}`);
    expect(await page.getByRole('main').isVisible(), name).toBe(true);
    const found = [...(await clippedTexts(page)), ...(await smallTexts(page))];
    if (found.length > 0) cut[name] = found;
  }
  expect(cut).toEqual({});
  await context.close();
});

test('the figures of reports are plotted, in tables and in files, and filtered by the URL', async () => {
  const page = await openInbox();
  await page.goto(`${environment.url}/acme/reports`);
  const figure = page.getByRole('region', { name: 'Messages, and conversations done', exact: true });
  await figure.getByText('As a table').click();
  const table = figure.getByRole('region', { name: 'Messages, and conversations done: table' });
  await table.getByRole('cell').first().waitFor();
  /** The figures of the last two days: the tests may begin before midnight. */
  const lastDays = async () => {
    const rows = (await table.getByRole('row').all()).slice(-2);
    const cells = await Promise.all(rows.map((row) => row.getByRole('cell').allTextContents()));
    return cells.map((texts) => texts.filter((text) => /^\d+$/.test(text)));
  };
  const received = async () => (await lastDays()).reduce((sum, [first]) => sum + Number(first), 0);
  // What the other tests of this file sent and finished is counted as well.
  expect(await received()).toBeGreaterThanOrEqual(7);
  const figures = (await lastDays()).at(-1)!;
  await figure.locator('svg').first().waitFor();
  const downloading = page.waitForEvent('download');
  await figure.getByRole('button', { name: 'Download as CSV: Messages, and conversations done' }).click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  expect(file.split('\r\n').at(-2)).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d,${figures.join(',')}$`));
  await expectAccessible(page);
  await saveScreenshot(page, 'reports-1440-light');

  await page.getByRole('combobox', { name: 'Period' }).click();
  await page.getByRole('option', { name: 'Last 7 days' }).click();
  await page.waitForURL(/reports\?days=7$/);
  await page.getByRole('combobox', { name: 'Tag' }).click();
  await page.getByRole('option', { name: 'Return' }).click();
  await page.waitForURL(/days=7&tag=/);
  await expect.poll(received).toBe(2);
  await page.reload();
  await expect.poll(() => page.getByRole('combobox', { name: 'Tag' }).inputValue()).toBe('Return');
  await page.goBack();
  await expect.poll(() => page.getByRole('combobox', { name: 'Tag' }).inputValue()).toBe('');
  await page.waitForURL(/reports\?days=7$/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 400, height: 900 });
  await expectAccessible(page);
  await saveScreenshot(page, 'reports-400-dark');
  await page.context().close();
});

test('where only the comparison of reports fails, the other figures are shown', async () => {
  const page = await openInbox();
  const problem = { code: 'too-long', title: 'This took too long.', status: 503 };
  await page.route(
    (url) => url.pathname.endsWith('/reports/times') && url.searchParams.has('compare'),
    (route) => route.fulfill({ status: problem.status, json: problem }),
  );
  await page.goto(`${environment.url}/acme/reports`);
  const compared = page.getByRole('region', { name: 'Times compared', exact: true });
  await compared.getByText(problem.title).waitFor();
  await page.getByRole('region', { name: 'Response and resolution times' }).locator('svg').first().waitFor();
  expect(await page.getByRole('alert').count()).toBe(1);
  await saveScreenshot(page, 'reports-comparison-failed');
  await page.unrouteAll();
  await compared.getByRole('button', { name: 'Try again' }).click();
  await compared.locator('svg').first().waitFor();
  await page.context().close();
});
