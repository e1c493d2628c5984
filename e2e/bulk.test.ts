import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, person, picture } from './browser.ts';
import { openStage, type Stage } from './program.ts';
import { connect, instanceOf, signIn } from './steps.ts';

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

const scan = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page: page as never }).exclude('iframe').analyze();
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(bad.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
};

test('a bulk message from a pasted list to the report, and a customer who unsubscribes', async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.log(stage.server.said()));
  const page = await (await person(browser)).newPage();
  await signIn(page, stage);
  await connect(page, stage, 'support@acme.example');
  await page.getByRole('link', { name: 'Bulk' }).click();
  await page.getByText('No bulk messages yet').waitFor();
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByLabel('Subject').fill('News for {{firstName}}');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Your order {{order}} is ready.');
  await page.getByRole('button', { name: 'Save and choose customers' }).click();
  const list =
    'email;name;order\nana.silva@mail.example;Ana Silva;17\ntom.becker@mail.example;Tom Becker;18\nnobody;x;1\n';
  await page.getByLabel('Paste a list').fill(list);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await page.getByText('2 added.').waitFor();
  await page.getByText('Line 4 “nobody, x, 1”').waitFor();
  const frame = page.frameLocator('iframe[title="Preview"]');
  await frame.getByText('Your order 17 is ready.').waitFor();
  await page.getByRole('button', { name: 'Next customer' }).click();
  await frame.getByText('Your order 18 is ready.').waitFor();
  await page.getByText('Gmail may block support@acme.example').waitFor();
  await scan(page);
  await picture(page, 'bulk-check');
  await page.getByRole('button', { name: 'Send to 2 customers' }).click();
  await page.getByText('2 of 2 sent').waitFor();
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 40_000 });
  await scan(page);
  await picture(page, 'bulk-done');

  const bulkId = page.url().split('/').at(-1)!;
  const base = `${stage.url}/api/instances/${await instanceOf(page, stage)}/bulk-messages/${bulkId}`;
  const report = await (await page.request.get(`${base}/report.csv`)).text();
  expect(report).toMatch(/^\ufeffaddress,name,state,reason,at\r?\nana\.silva@mail\.example,Ana Silva,sent,,/);

  const ledger = await (await fetch(`${stage.google}/control/ledger`)).json();
  const accepted = (ledger as { entries: Array<{ kind: string }> }).entries.filter(
    ({ kind }) => kind === 'accepted',
  );
  expect(accepted).toHaveLength(2);

  const webmail = await (await person(browser)).newPage();
  await webmail.goto(`${stage.google}/mail/ana.silva@mail.example/inbox`);
  await webmail.getByRole('link', { name: /News for Ana/ }).click();
  const link = await webmail
    .frameLocator('iframe')
    .locator('a[href*="/unsubscribe/"]')
    .first()
    .getAttribute('href');
  await webmail.goto(link!);
  await webmail.getByText('Shall ana.silva@mail.example get no more messages').waitFor();
  await webmail.getByRole('button', { name: 'Unsubscribe' }).click();
  await webmail.getByText('You are unsubscribed.').waitFor();

  await page.getByRole('link', { name: 'Bulk' }).click();
  await picture(page, 'bulk-list');
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByLabel('Subject').fill('Again');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Hello {{name}}');
  await page.getByRole('button', { name: 'Save and choose customers' }).click();
  await page.getByLabel('Paste a list').fill(list);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await page.getByText('1 have unsubscribed and are left out.').waitFor();
  await page.setViewportSize({ width: 400, height: 800 });
  await picture(page, 'bulk-phone');
  await scan(page);
});
