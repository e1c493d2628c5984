import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { holdRequests, newUserContext, saveScreenshot } from './browser.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver, instanceOf } from './steps.ts';

setUp();
beforeAll(async () => {
  const page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await page.context().close();
});

/** The messages that the simulated Google accepted for sending. */
const accepted = async () => {
  const ledger = await (await fetch(`${environment.google}/control/ledger`)).json();
  return (ledger as { entries: Array<{ kind: string }> }).entries.filter(({ kind }) => kind === 'accepted');
};

test('a bulk message is sent and reported; a customer unsubscribes', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const page = await openInbox();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bulk messages' }).click();
  await page.getByText('No bulk messages yet').waitFor();
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  // Writing goes on while the message is fetched again after its first save.
  const path = /\/bulk-messages\/[^/]+$/;
  const release = await holdRequests(page, path);
  const refetched = page.waitForRequest((request) => request.method() === 'GET' && path.test(request.url()));
  await page.getByLabel('Subject').fill('News for {{firstName}}');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Your order ');
  await refetched;
  await page.keyboard.type('{{order}} is ready.');
  release();
  const list =
    'email;name;order\nana.silva@mail.example;Ana Silva;17\ntom.becker@mail.example;Tom Becker;18\nnobody;x;1\n';
  await page.getByLabel('Paste a list').fill(list);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await page.getByText('2 added.').waitFor();
  await page.getByText('Line 4 “nobody, x, 1”').waitFor();
  const frame = page.frameLocator('iframe[title="Preview"]');
  await frame.getByText('Your order 17 is ready.').waitFor();
  // The buttons stay while the next preview loads.
  const showPreview = await holdRequests(page, /\/preview$/);
  await page.getByRole('button', { name: 'Next customer' }).click();
  await page.getByRole('button', { name: 'Previous customer' }).click();
  showPreview();
  await page.getByRole('button', { name: 'Next customer' }).click();
  await frame.getByText('Your order 18 is ready.').waitFor();
  await page.getByText('Gmail may block support@acme.example').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-check');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.press('Control+End');
  const send = page.getByRole('button', { name: 'Send to 2 customers' });
  const offline = (off: boolean) => page.context().setOffline(off);
  await offline(true);
  await page.keyboard.type(' See [link].');
  await page.getByText('Kept in this browser, saved as soon as Postroom answers').waitFor();
  expect(await send.isDisabled()).toBe(true);
  await offline(false);
  await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Send to 2 customers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send to 2 customers?' });
  await dialog.getByRole('alert').getByText('[link] is not filled in.').waitFor();
  await dialog.getByText('Google lets a paid Workspace address send about 2,000 messages').waitFor();
  const limits = dialog.getByRole('link', { name: 'Google’s sending limits' });
  expect(await limits.getAttribute('href')).toBe('https://support.google.com/a/answer/166852');
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-confirm');
  await dialog.getByRole('button', { name: 'Not yet' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Send to 2 customers' }).click();
  await dialog.getByRole('button', { name: 'Send to 2 customers' }).click();
  await page.getByText('2 of 2 sent').waitFor();
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 40_000 });
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-done');

  const bulkId = page.url().split('/').at(-1)!;
  const base = `${environment.url}/api/instances/${await instanceOf(page, environment)}/bulk-messages/${bulkId}`;
  const report = await (await page.request.get(`${base}/report.csv`)).text();
  expect(report).toMatch(/^\ufeffaddress,name,state,reason,at\r?\nana\.silva@mail\.example,Ana Silva,sent,,/);

  expect(await accepted()).toHaveLength(2);

  const webmail = await (await newUserContext(browser)).newPage();
  await webmail.goto(`${environment.google}/mail/ana.silva@mail.example/inbox`);
  await webmail.getByRole('link', { name: /News for Ana/ }).click();
  const link = await webmail
    .frameLocator('iframe')
    .locator('a[href*="/unsubscribe/"]')
    .first()
    .getAttribute('href');
  await webmail.goto(link!);
  await webmail.getByText('Shall ana.silva@mail.example get no more messages').waitFor();
  await expectAccessible(webmail);
  await saveScreenshot(webmail, 'unsubscribe');
  await webmail.getByRole('button', { name: 'Unsubscribe' }).click();
  await webmail.getByText('You are unsubscribed.').waitFor();
  await webmail.setViewportSize({ width: 400, height: 700 });
  await webmail.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(webmail);
  await saveScreenshot(webmail, 'unsubscribed-phone-dark');

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bulk messages' }).click();
  await saveScreenshot(page, 'bulk-list');
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByLabel('Subject').fill('Again');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Hello {{name}}');
  await page.getByLabel('Paste a list').fill(list);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await page.getByText('1 has unsubscribed and is left out.').waitFor();
  await page.setViewportSize({ width: 400, height: 800 });
  await saveScreenshot(page, 'bulk-phone');
  await expectAccessible(page);

  // Neither the list nor the recipients of a message scroll sideways on a phone.
  const scrolled = `[...document.querySelectorAll('main *')].filter((one) =>
    /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1).length`;
  for (const [path, shown] of [
    ['bulk', '2 of 2 sent'],
    [`bulk/${bulkId}`, 'ana.silva@mail.example'],
  ] as const) {
    await page.goto(`${environment.url}/acme/${path}`);
    await page.getByText(shown).first().waitFor();
    await saveScreenshot(page, `${path.split('/').length}-bulk-table-phone`);
    expect(await page.evaluate(scrolled), path).toBe(0);
    await expectAccessible(page);
  }
});

test('a bulk message is paused, resumed, stopped by a limit, cancelled', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const page = await openInbox();
  await deliver(environment, 'From afar', '<p>Hello</p>');
  await deliver(environment, 'A notice', '<p>Do not reply</p>', 'no-reply@notices.example');
  await page.getByRole('link', { name: /From afar/ }).waitFor();
  await page.getByRole('link', { name: /A notice/ }).waitFor();
  await page.goto(`${environment.url}/acme/bulk`);
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByLabel('Subject').fill('News for all');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Hello {{firstName}}, your code is {{code}}.');
  const people = Array.from({ length: 24 }, (_, at) => `person${at}@far.example,Person ${at},C-${at}`);
  const file = ['email,name,code', ...people, 'PERSON3@far.example,Again,C-3'].join('\r\n');
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await page.getByText('24 added. 1 was there already.').waitFor();
  await page.getByRole('button', { name: 'Take Person 5 out' }).click();
  await page.getByText('23 customers', { exact: true }).waitFor();
  await page.getByLabel('Or find customers').fill('ana@far');
  await page.getByText('Found: Ana.').waitFor();
  await page.getByRole('button', { name: 'Add those found' }).click();
  await page.getByText('24 customers', { exact: true }).waitFor();
  await page.getByLabel('Or find customers').fill('notices.example');
  await page.getByRole('button', { name: 'Add those found' }).click();
  await page.getByText('1 automatic sender, such as a no-reply address, is left out.').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-customers');
  await page.getByRole('button', { name: 'Send a test to me' }).click();
  await page.getByText('A test is on its way to').waitFor();

  const before = (await accepted()).length;
  await page.getByRole('button', { name: 'Send to 24 customers' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send to 24 customers' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  // Answers already queued are still sent; no new ones are queued.
  await expect.poll(async () => page.getByText(/Being sent 0/).count(), { timeout: 40_000 }).toBe(1);
  const paused = (await accepted()).length;
  expect(paused - before).toBeLessThan(24);
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-paused');
  await control(environment, '/faults', {
    account: 'support@acme.example',
    method: 'messages.send',
    kind: 'sending-limit',
    times: 1,
    retryAfterSeconds: 3_600,
  });
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole('alert').getByText(/limit/).first().waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-stopped');
  await page.setViewportSize({ width: 400, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-stopped-phone-dark');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Cancel the rest' }).click();
  await page.getByRole('button', { name: 'Cancel for good' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
  await saveScreenshot(page, 'bulk-cancelled-dark');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bulk messages' }).click();
  await page.getByRole('link', { name: 'News for all' }).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'bulk-list-dark');
});
