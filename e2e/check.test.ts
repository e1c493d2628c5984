import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, person, picture } from './browser.ts';
import { openStage, type Stage } from './program.ts';
import { connect, deliver, signIn } from './steps.ts';

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stage?.clear();
});

test('an admin sees that Google announces mail, and checks that every message is here', async () => {
  const page = await (await person(browser)).newPage();
  await signIn(page, stage);
  await connect(page, stage, 'support@acme.example');
  for (const subject of ['One', 'Two', 'Three']) await deliver(stage, subject, '<p>Hello</p>');
  await page.goto(`${stage.url}/acme/apps/email`);
  await page.getByText('New mail is announced by Google').waitFor();
  // What has just come is not expected of a check yet.
  await sleep(4_000);
  await page.getByRole('button', { name: /support@acme.example/ }).click();
  await page.getByRole('menuitem', { name: 'Check this mailbox' }).click();
  await page.getByText('3 of 3 messages · checked').waitFor();
  await picture(page, 'email-checked');
  await page.setViewportSize({ width: 400, height: 800 });
  await picture(page, 'email-checked-phone');
  expect(await page.getByText('was missing').count()).toBe(0);
});
