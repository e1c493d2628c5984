import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, openBrowser, saveScreenshot } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { messages } from './messages.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { connect, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  const admin = await (await newUserContext(browser)).newPage();
  await signIn(admin, environment);
  await connect(admin, environment, 'support@acme.example');
  await fillSampleInbox(admin, environment);
  await admin.context().close();
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

const de = messages('de');
const en = messages('en');
const german = Object.values(de).join('\n');
/** Long enough to be nobody's name and no word of a customer, and not the same in German. */
const english = Object.values(en).filter((text) => text.length >= 9 && !german.includes(text));

/** What a page shows and what it tells a screen reader. */
async function said(page: Page): Promise<string[]> {
  const labels = page.locator('[aria-label], [placeholder], [title]');
  return [
    ...(await page.locator('body').allInnerTexts()).flatMap((text) => text.split('\n')),
    ...(await labels.evaluateAll((all: Array<{ getAttribute(name: string): string | null }>) =>
      all.flatMap((one) =>
        ['aria-label', 'placeholder', 'title'].map((name) => one.getAttribute(name) ?? ''),
      ),
    )),
  ];
}

async function isGerman(page: Page, what: string): Promise<void> {
  await saveScreenshot(page, `german-${what}`);
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  const texts = new Set((await said(page)).map((text) => text.trim()));
  expect(
    english.filter((one) => texts.has(one)),
    what,
  ).toEqual([]);
  // Nothing runs out of the page sideways.
  const over = await page
    .locator('html')
    .evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth);
  expect(over, `${what} is as wide as the window`).toBeLessThanOrEqual(0);
  await expectAccessible(page);
}

test.each([
  ['wide', 1440, 900],
  ['phone', 400, 800],
] as const)('all is German where the browser is: %s', async (name, width, height) => {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'de-DE' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const { email, password } = environment.demo.admin;
  await page.goto(`${environment.url}/sign-in`);
  await page.getByRole('heading', { name: de['signIn.title'] }).waitFor();
  await page.getByLabel(de['signIn.email']).fill(email);
  await page.getByLabel(de['signIn.password'], { exact: true }).fill(`not ${password}`);
  await page.getByRole('button', { name: de['signIn.submit'] }).click();
  await page.getByText(de['signIn.wrong']).waitFor();
  await isGerman(page, `sign-in-${name}`);
  await page.getByLabel(de['signIn.password'], { exact: true }).fill(password);
  await page.getByRole('button', { name: de['signIn.submit'] }).click();

  const list = page.getByRole('region', { name: de['list.label'] });
  await list.getByRole('link', { name: /My parcel is late/ }).waitFor();
  await isGerman(page, `inbox-${name}`);
  const time = list.getByText(/^(jetzt|\d+ Min\.|\d\d:\d\d)$/);
  await time.first().waitFor();

  await list.getByRole('link', { name: /My parcel is late/ }).click();
  const reply = page.getByRole('button', { name: de['composer.reply'], exact: true });
  await reply.waitFor();
  await isGerman(page, `conversation-${name}`);
  // All four stand in the window, with their whole names.
  for (const way of ['reply', 'replyAll', 'forward', 'note'] as const) {
    const button = page.getByRole('button', { name: de[`composer.${way}`], exact: true });
    const box = (await button.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(
      await button.evaluate((one) =>
        [one, ...one.querySelectorAll('span')].every((part) => part.scrollWidth <= part.clientWidth + 1),
      ),
      de[`composer.${way}`],
    ).toBe(true);
  }
  // A time is typed in German.
  await page.getByRole('button', { name: de['conversation.snooze'], exact: true }).click();
  await page.getByRole('menuitem', { name: de['typedTime.choose'] }).click();
  await page.getByRole('textbox', { name: de['typedTime.label'] }).fill('morgen 9 Uhr');
  await page
    .getByRole('status')
    .filter({ hasText: /tag, .* 09:00$/ })
    .waitFor();
  await isGerman(page, `later-${name}`);
  await page.keyboard.press('Escape');
  await reply.click();
  await page.getByRole('textbox', { name: de['composer.message'] }).waitFor();
  await isGerman(page, `composer-${name}`);

  for (const [path, heading] of [
    ['apps/email', 'support@acme.example'],
    ['settings', de['settings.title']],
    ['settings/people', environment.demo.agent.email],
    ['settings/profile', de['account.you.title']],
  ] as const) {
    await page.goto(`${environment.url}/acme/${path}`);
    await page.getByRole('main').getByText(heading).first().waitFor();
    await isGerman(page, `${path.replace('/', '-')}-${name}`);
  }

  // The server refuses in German too.
  await page.getByLabel(de['account.you.current']).fill('certainly not it');
  await page.locator('input[autocomplete="new-password"]').first().fill('a long enough phrase 4711');
  await page.getByRole('button', { name: de['account.you.change'] }).click();
  await page.getByText(de['problems.wrong-password.title']).waitFor();

  // The server knows it too, for the mails it writes; another one is chosen for this browser, and kept.
  const known = async () =>
    (await (await page.request.get(`${environment.url}/api/me`)).json()).user.language;
  await expect.poll(known).toBe('de');
  await page.getByText('English', { exact: true }).click();
  await page.getByRole('heading', { name: en['account.you.title'], exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await expect.poll(known).toBe('en');
  await page.reload();
  await page.getByRole('heading', { name: en['account.you.title'], exact: true }).waitFor();
  await context.close();
});
