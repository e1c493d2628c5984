import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible as everybody } from './accessibility.ts';
import { newUserContext, openBrowser, saveScreenshot } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { connect, deliver, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  page = await (await newUserContext(browser)).newPage();
  await signIn(page, environment);
  await connect(page, environment, 'support@acme.example');
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

test.each([
  ['wide', 1440, 900, 'light'],
  ['phone, dark', 400, 800, 'dark'],
] as const)('every page can be used by everyone: %s', async (name, width, height, colorScheme) => {
  await deliver(
    environment,
    `Accessible ${name}`,
    '<p>Is this readable? <a href="https://x.example">A link</a></p>',
  );
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const at = await context.newPage();
  const scan = async (what: string) => {
    await saveScreenshot(at, `${name.replace(/\W+/g, '-')}-${what}`);
    await everybody(at, what);
  };
  await at.goto(`${environment.url}/sign-in`);
  await at.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
  await scan('sign-in');
  await signIn(at, environment);
  await at.getByRole('link', { name: new RegExp(`Accessible ${name}`) }).waitFor();
  await scan('inbox');
  await at.getByRole('link', { name: new RegExp(`Accessible ${name}`) }).click();
  await at.getByRole('article').waitFor();
  await at.getByRole('button', { name: 'Reply', exact: true }).click();
  await at.getByRole('textbox', { name: 'Message' }).waitFor();
  await scan('conversation');
  for (const [what, path, heading] of [
    ['email', 'apps/email', 'Email addresses'],
    ['connect', 'apps/email/connect', 'Add a Gmail address'],
    ['settings', 'settings', 'Settings'],
    ['notifications', 'settings/notifications', 'Notifications'],
    ['nowhere', 'nowhere/at/all', 'This page does not exist'],
  ] as const) {
    await at.goto(`${environment.url}/acme/${path}`);
    await at.getByRole('heading', { name: heading }).waitFor();
    await scan(what);
  }
  await at.goto(`${environment.url}/acme/settings`);
  await at.getByRole('link', { name: 'Notifications' }).click();
  const untaken = at.getByRole('radiogroup', { name: 'A new conversation nobody has taken' });
  const way = colorScheme === 'dark' ? 'By mail too' : 'In Postroom';
  const kept = at.waitForResponse((response) => response.request().method() === 'PATCH');
  await untaken.getByText(way).click();
  expect((await kept).status()).toBe(200);
  await at.reload();
  await expect.poll(() => untaken.getByRole('radio', { name: way }).isChecked()).toBe(true);
  await context.close();
});

test('nothing in a message runs and nothing loads from outside until asked', async () => {
  const corpus = new URL('../../shared/corpora/xss/dompurify.json', import.meta.url);
  const payloads = (JSON.parse(readFileSync(corpus, 'utf8')) as Array<{ payload: string }>).map(
    ({ payload }) => payload,
  );
  expect(payloads.length).toBeGreaterThan(200);
  const context = await browser.newContext();
  const at = await context.newPage();
  const executed: string[] = [];
  const outside: string[] = [];
  await context.exposeFunction('executed', (what: string) => executed.push(what));
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print'] as const) {
      (globalThis as never as Record<string, unknown>)[name] = () =>
        (globalThis as never as { executed(what: string): void }).executed(name);
    }
  });
  at.on('dialog', (dialog) => {
    executed.push(dialog.message());
    void dialog.dismiss();
  });
  at.on('request', (request) => {
    if (!request.url().startsWith(environment.url) && !/^(data|blob|about):/.test(request.url()))
      outside.push(request.url());
  });
  // Shown as they are, they do run: the count below means something.
  await at.goto('about:blank');
  await at.setContent(payloads.map((payload) => `<div>${payload}</div>`).join('\n'));
  await expect.poll(() => executed.length).toBeGreaterThan(0);
  await at.goto('about:blank');
  executed.length = 0;
  outside.length = 0;
  await signIn(at, environment);
  const chunk = 20;
  for (let from = 0; from < payloads.length; from += chunk) {
    const subject = `Payloads from ${from}`;
    const html = payloads.slice(from, from + chunk).map((payload) => `<div>${payload}</div>`);
    await deliver(environment, subject, `${html.join('\n')}<p>end</p>`);
    await at.getByRole('link', { name: new RegExp(`${subject}\\b`) }).click();
    await at.getByRole('article').locator('iframe').waitFor();
    const frame = at.frameLocator('iframe').first();
    await frame.locator('body').waitFor({ state: 'attached' });
    await frame
      .locator('body')
      .hover({ timeout: 1_000 })
      .catch(() => {});
  }
  expect(executed).toEqual([]);
  expect(outside).toEqual([]);
  await context.close();
}, 180_000);
