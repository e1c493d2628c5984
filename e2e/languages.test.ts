import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { clippedTexts, expectAccessible, smallTexts } from './accessibility.ts';
import { followRequests, newUserContext, saveScreenshot } from './browser.ts';
import { languages, messages } from './messages.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, instanceOf } from './steps.ts';

setUp();
let mailboxId: string;
let customerId: string;

beforeAll(async () => {
  const admin = await openInbox();
  mailboxId = await connect(admin, environment, 'support@acme.example');
  const conversationId = (await fillSampleInbox(admin, environment)).get('My parcel is late')!;
  const path = `/api/instances/${await instanceOf(admin, environment)}/conversations/${conversationId}`;
  const { customer } = await callApi<{ customer: { id: string } }>(admin, environment, 'GET', path);
  customerId = customer.id;
  await admin.context().close();
});

const en = messages('en');
/** The template that each new organization has. */
const sampleTemplate = 'Acme brand';

/** English messages that differ from the language's, and are too long to be names or words in messages. */
function untranslated(language: string): string[] {
  const translated = Object.values(messages(language)).join('\n');
  return Object.values(en).filter(
    (text) => text.length >= 9 && text !== sampleTemplate && !translated.includes(text),
  );
}

/** The texts of a page, visible ones and labels. */
async function textsOf(page: Page): Promise<string[]> {
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

/** Opens a page as a link does; loading the program again for each takes longer than looking at it. */
async function followLink(page: Page, href: string): Promise<void> {
  await page.evaluate(`__TSR_ROUTER__.navigate({ href: ${JSON.stringify(href)} })`);
  expect(page.url()).toBe(`${environment.url}${href}`);
}

/** Expects a page without English texts, clipped texts, horizontal scrolling or accessibility violations. */
async function expectTranslated(page: Page, language: string, what: string): Promise<void> {
  await saveScreenshot(page, `${language}-${what}`);
  expect(await page.locator('html').getAttribute('lang')).toBe(language);
  const texts = new Set((await textsOf(page)).map((text) => text.trim()));
  expect(
    untranslated(language).filter((one) => texts.has(one)),
    `English on ${what}`,
  ).toEqual([]);
  expect(await clippedTexts(page), `clipped on ${what}`).toEqual([]);
  const over = await page
    .locator('html')
    .evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth);
  expect(over, `${what} is as wide as the window`).toBeLessThanOrEqual(0);
  await expectAccessible(page, what, { colors: language === 'de' });
}

const windows = [
  ['wide', 1440, 900],
  ['phone', 400, 800],
] as const;

const languagesAndWindows = languages
  .filter((language) => language !== 'en')
  .flatMap((language) => windows.map((window) => [language, ...window] as const));

test.each(languagesAndWindows)(
  'the pages are in the browser’s language: %s, %s',
  async (language, name, width, height) => {
    const text = messages(language);
    const context = await newUserContext(browser, width, height, { locale: text.locale });
    const page = await context.newPage();
    const requestsDone = followRequests(page);
    const { email, password } = environment.demo.admin;
    await page.goto(`${environment.url}/sign-in`);
    await page.getByRole('heading', { name: text['signIn.title'] }).waitFor();
    await page.getByRole('button', { name: text['signIn.showPassword'] }).waitFor();
    await page.getByLabel(text['signIn.email']).fill(email);
    await page.getByLabel(text['signIn.password'], { exact: true }).fill(`not ${password}`);
    await page.getByRole('button', { name: text['signIn.submit'] }).click();
    await page.getByText(text['signIn.wrong']).waitFor();
    await expectTranslated(page, language, `sign-in-${name}`);
    await page.getByLabel(text['signIn.password'], { exact: true }).fill(password);
    await page.getByRole('button', { name: text['signIn.submit'] }).click();

    const list = page.getByRole('region', { name: text['list.label'] });
    await list.getByRole('link', { name: /My parcel is late/ }).waitFor();
    await expectTranslated(page, language, `inbox-${name}`);
    const minutes = text['time.minutes'].replace('{count, number}', '\\d+');
    const time = list.getByText(new RegExp(`^(${text['time.now']}|${minutes}|\\d\\d:\\d\\d)$`));
    await time.first().waitFor();

    await list.getByRole('link', { name: /My parcel is late/ }).click();
    const reply = page.getByRole('button', { name: text['composer.reply'], exact: true });
    await reply.waitFor();
    await expectTranslated(page, language, `conversation-${name}`);
    // All four buttons are in the window, with their full names.
    for (const way of ['reply', 'replyAll', 'forward', 'note'] as const) {
      const button = page.getByRole('button', { name: text[`composer.${way}`], exact: true });
      const box = (await button.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(
        await button.evaluate((one) =>
          [one, ...one.querySelectorAll('span')].every((part) => part.scrollWidth <= part.clientWidth + 1),
        ),
        text[`composer.${way}`],
      ).toBe(true);
    }
    // A time is entered in the language. The placeholder is an example: tomorrow at nine.
    await page.getByRole('button', { name: text['conversation.snooze'], exact: true }).click();
    await page.getByRole('menuitem', { name: text['typedTime.choose'] }).click();
    await page.getByRole('textbox', { name: text['typedTime.label'] }).fill(text['typedTime.placeholder']);
    const tomorrow = new Date(Date.now() + 24 * 60 * 60_000);
    const weekday = new Intl.DateTimeFormat(text.locale, { weekday: 'long' }).format(tomorrow);
    await page
      .getByRole('status')
      .filter({ hasText: new RegExp(`${weekday}.*09:00$`) })
      .waitFor();
    await expectTranslated(page, language, `later-${name}`);
    await page.keyboard.press('Escape');
    await reply.click();
    await page.getByRole('textbox', { name: text['composer.message'] }).waitFor();
    await expectTranslated(page, language, `composer-${name}`);
    await page.getByRole('button', { name: text['composer.toolbar.link'], exact: true }).click();
    await page.getByRole('textbox', { name: text['composer.toolbar.linkAddress'] }).waitFor();
    await expectTranslated(page, language, `link-${name}`);
    await page.keyboard.press('Escape');

    for (const path of [
      'search?q=parcel',
      'new/01890a5d-ac96-774b-bcce-b302099a8057',
      'customers',
      `customers/${customerId}`,
      'bulk',
      'apps/email',
      `apps/email/${mailboxId}`,
      'apps/email/connect',
      'apps/email/google',
      'apps/email/templates',
      'apps/email/templates/new',
      'settings',
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
      'settings/profile',
    ]) {
      await followLink(page, `/acme/${path}`);
      await page.getByRole('main').waitFor();
      await requestsDone();
      const place = path.replace(/[0-9a-f-]{36}/, 'one').replace(/\W/g, '-');
      await expectTranslated(page, language, `${place}-${name}`);
      if (name === 'phone') expect(await smallTexts(page), `small on ${place}`).toEqual([]);
    }

    // Error messages of the server are in the language too.
    await page.getByLabel(text['account.you.current']).fill('certainly not it');
    await page.locator('input[autocomplete="new-password"]').first().fill('a long enough phrase 4711');
    await page.getByRole('button', { name: text['account.you.change'] }).click();
    await page.getByText(text['problems.wrong-password.title']).waitFor();

    // The language is stored for mails. Another language is chosen for this browser, and stays.
    const storedLanguage = async () =>
      (await (await page.request.get(`${environment.url}/api/me`)).json()).user.language;
    await expect.poll(storedLanguage).toBe(language);
    await page.getByText('English', { exact: true }).click();
    await page.getByRole('heading', { name: en['account.you.title'], exact: true }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await expect.poll(storedLanguage).toBe('en');
    await page.reload();
    await page.getByRole('heading', { name: en['account.you.title'], exact: true }).waitFor();
    await context.close();
  },
);
