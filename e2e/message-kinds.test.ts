import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, setUndoSeconds, stayAfterDone } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await setUndoSeconds(page, environment, 0);
  await stayAfterDone(page, environment);
});

async function arrive(
  from: string,
  subject: string,
  fields: Record<string, string> = {},
  body = 'Hello',
  authentication = {},
) {
  const all = { From: from, To: 'support@acme.example', Subject: subject, ...fields };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const raw = Buffer.from(`${head.join('')}\r\n${body}\r\n`).toString('base64');
  const sender = /<([^>]*)>/.exec(from)?.[1] ?? from;
  await control(environment, '/deliver', { from: sender, to: ['support@acme.example'], raw, authentication });
}

test('bounces, automatic replies and new senders are shown live', async () => {
  const opening = '<parcel@far.example>';
  await arrive('Ana Silva <ana@far.example>', 'Where is my parcel?', { 'Message-ID': opening });
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Where is my parcel/ }).click();
  const timeline = page.getByRole('region', { name: 'Messages' });

  // One recipient does not exist: the bounce arrives and the message shows it without a reload.
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  const to = page.getByRole('combobox', { name: 'To' });
  await to.fill('nobody@acme.example');
  await to.press('Enter');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('It left on Monday.');
  await page.getByRole('button', { name: 'Send' }).click();
  await timeline
    .getByText('Could not be delivered to nobody@acme.example: there is no such address.')
    .waitFor();
  await timeline.getByText('Delivery report').waitFor();
  expect(await timeline.getByText(/Status 5/).count()).toBe(0);
  await timeline.getByRole('button', { name: 'What the other side said' }).click();
  await timeline.getByText(/Status 5\.1\.1 · 550-5\.1\.1 The email account/).waitFor();
  await saveScreenshot(page, 'bounced');

  // An automatic reply is labeled and does not reopen the conversation.
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  await arrive('Ana Silva <ana@far.example>', 'Automatic reply: Where is my parcel?', {
    'In-Reply-To': opening,
    'Auto-Submitted': 'auto-replied',
  });
  await timeline.getByText('Automatic reply', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Reopen' }).count()).toBe(1);

  // A new sender is marked, reopens the conversation, and gets no reply unless added.
  await arrive(
    'Eve <eve@bad.example>',
    'Re: Where is my parcel?',
    { 'In-Reply-To': opening },
    'Send it to me instead.',
  );
  await timeline.getByText('New to this conversation').waitFor();
  await page.getByRole('button', { name: 'Done', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Reply all' }).click();
  const composer = page.getByRole('region', { name: 'Reply' });
  await composer.getByText('Eve is new to this conversation and gets no reply.').waitFor();
  await composer.getByText('ana@far.example').waitFor();
  await saveScreenshot(page, 'stranger');
  expect(await composer.getByText('Eve <eve@bad.example>').count()).toBe(0);
  await composer.getByRole('button', { name: 'Add eve@bad.example' }).click();
  await composer.getByText('Eve <eve@bad.example>').waitFor();
  expect(await composer.getByText('is new to this conversation').count()).toBe(0);
  await saveScreenshot(page, 'stranger-added');
});

test('the person behind a form is named, and a sender who is not verified is marked', async () => {
  const form = { 'Reply-To': 'Kim Roe <kim@client.example>' };
  await arrive('Acme Shop <noreply@shop.example>', 'A form', form, 'Do you sell lamps?');
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Kim Roe.*A form/ }).click();
  const timeline = page.getByRole('region', { name: 'Messages' });
  await timeline.getByText('via Acme Shop').waitFor();
  const composer = page.getByRole('region', { name: 'Reply' });
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await composer.getByText('Kim Roe <kim@client.example>').waitFor();
  await saveScreenshot(page, 'via');

  await arrive('Acme Shop <noreply@shop.example>', 'A forged form', form, 'Pay here', { dmarc: 'fail' });
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Acme Shop.*A forged form/ }).click();
  await timeline.getByText('Sender not verified').waitFor();
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await composer.getByText(/asks for replies to Kim Roe/).waitFor();
  await saveScreenshot(page, 'unverified');
  await expectAccessible(page);
});

test.each([
  ['light', 1440],
  ['dark', 400],
] as const)('admins set how mail is received: %s', async (colorScheme, width) => {
  await arrive('Ana <ana@far.example>', 'To the shop', { 'X-Original-To': `shop@${colorScheme}.example` });
  const at = await openInbox('admin', width, 900, { colorScheme });
  await at.goto(`${environment.url}/acme/settings`);
  await at.getByRole('link', { name: 'Receiving' }).click();
  // Nothing to save.
  await expect.poll(() => at.getByRole('button', { name: 'Save Changes' }).isDisabled()).toBe(true);
  const limit = colorScheme === 'light' ? '50' : '60';
  await at.getByLabel('Messages from one person in an hour').fill(limit);
  await at.getByRole('radio', { name: /Start a new conversation/ }).check();
  await at.getByLabel('Days').fill('14');
  const other = at.getByRole('region', { name: 'Other addresses of ours' });
  await other.getByLabel('Address', { exact: true }).fill(`team@${colorScheme}.example`);
  await other.getByRole('button', { name: 'Add', exact: true }).click();
  await other.getByRole('button', { name: `Remove team@${colorScheme}.example` }).waitFor();
  await other.getByRole('button', { name: `Add shop@${colorScheme}.example` }).waitFor();
  await saveScreenshot(at, `receiving-${colorScheme}`);
  await expectAccessible(at);
  await at.getByRole('button', { name: 'Save Changes' }).click();
  await at.getByText('Changes saved').waitFor();
  await at.goto(`${environment.url}/acme/settings/receiving`);
  await expect.poll(() => at.getByLabel('Messages from one person in an hour').inputValue()).toBe(limit);
  expect(await at.getByLabel('Days').inputValue()).toBe('14');
  // A number has no steps to press, which are too small for a finger; the keys change it.
  expect(await at.locator('.mantine-NumberInput-control').count()).toBe(0);
  await at.getByLabel('Days').press('ArrowUp');
  expect(await at.getByLabel('Days').inputValue()).toBe('15');
  await at.goto(`${environment.url}/acme/inbox/open`);
  await at.getByRole('link', { name: /Where is my parcel/ }).click();
  await at.getByText('New to this conversation').first().waitFor();
  await at.getByRole('button', { name: 'What the other side said' }).click();
  await at.getByText(/Status 5\.1\.1/).waitFor();
  await at.getByRole('button', { name: 'Reply', exact: true }).click();
  await at.getByRole('button', { name: 'Add eve@bad.example' }).waitFor();
  await saveScreenshot(at, `timeline-${colorScheme}`);
  await expectAccessible(at);
  await at.context().close();
});
