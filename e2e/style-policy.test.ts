import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newUserContext, waitForNetworkIdle } from './browser.ts';
import { browser, environment, setUp } from './set-up.ts';
import { connect, deliver, signIn } from './steps.ts';

setUp();
let context: BrowserContext;
let page: Page;
const violations: string[] = [];
/** The modules that clean a message: DOMParser reports its style elements, in a document that is never shown. */
const cleaning = /\/assets\/(?:frame-document|message-card)-[^ /]+\.js/;

beforeAll(async () => {
  context = await newUserContext(browser);
  await context.exposeFunction('noteViolation', (text: string) => violations.push(text));
  await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    noteViolation(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ' ' + event.sample))`);
  page = await context.newPage();
  await signIn(page, environment);
  await connect(page, environment, 'support@acme.example');
});

test('the styles of a message apply, those of its elements and those of its style sheet', async () => {
  await deliver(
    environment,
    'Styled',
    '<style>.sheet{color:rgb(1,2,3)}</style><p class="sheet">Sheet</p><p style="color:rgb(4,5,6)">Attribute</p>',
  );
  await page.getByRole('link', { name: /Styled/ }).click();
  const frame = page.frameLocator('article iframe').first();
  const colorOf = (text: string) =>
    frame
      .getByText(text)
      .evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).color);
  expect(await colorOf('Sheet')).toBe('rgb(1, 2, 3)');
  expect(await colorOf('Attribute')).toBe('rgb(4, 5, 6)');
});

test('the page, its dialogs and its editors need no style that the policy forbids', async () => {
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.locator('.ProseMirror').first().waitFor();
  for (const path of ['/acme/templates', '/acme/apps/email', '/acme/settings/people', '/acme/settings/you']) {
    await page.goto(environment.url + path);
    await waitForNetworkIdle(page);
  }
  const shown = violations.filter((text) => !cleaning.test(text));
  expect(shown).toEqual([]);
  // The policy is in force: an element without the nonce has no effect.
  await page.evaluate(
    `document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))`,
  );
  await expect.poll(() => violations.filter((text) => !cleaning.test(text))).toHaveLength(1);
});
