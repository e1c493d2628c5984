import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { newUserContext, saveScreenshot } from './browser.ts';
import { browser, environment, setUp } from './set-up.ts';

setUp();

/** A red PNG of 12 × 12 pixels. */
const redDot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAMCAIAAADZF8uwAAAAF0lEQVR4nGP4z8BAEBFWQTsjRhWNKgIAJkGPcR0Q3x4AAAAASUVORK5CYII=',
  'base64',
);

async function signIn(page: Page, who: 'admin' | 'agent') {
  const { email, password } = environment.demo[who];
  await page.goto(environment.url);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

async function writeMail(
  page: Page,
  from: string,
  mail: { to: string; subject: string; text: string; image?: boolean; file?: boolean },
) {
  await page.goto(`${environment.google}/mail/${from}/inbox`);
  await page.getByRole('button', { name: 'Compose' }).click();
  await page.getByLabel('To', { exact: true }).fill(mail.to);
  await page.getByLabel('Subject').fill(mail.subject);
  const editor = page.getByRole('textbox', { name: 'Message' });
  await editor.click();
  await page.keyboard.press('Control+b');
  await page.keyboard.type(mail.text);
  if (mail.image) {
    await page
      .getByLabel('Insert image')
      .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: redDot });
    await editor.locator('img').waitFor();
  }
  if (mail.file) {
    await page
      .getByLabel('Attach files')
      .setInputFiles({ name: 'Rechnung März.txt', mimeType: 'text/plain', buffer: Buffer.from('Total: 42') });
  }
  await saveScreenshot(page, 'webmail-compose');
  await sendWebmail(page);
}

/** Sends the message written in the webmail, and waits for the redirect to a folder that follows. */
async function sendWebmail(page: Page) {
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL(({ pathname }) => !pathname.endsWith('/compose'));
}

test('an address is connected, mail received and answered, no kill loses any', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const admin = await (await newUserContext(browser)).newPage();
  const agent = await (await newUserContext(browser)).newPage();
  const customer = await (await newUserContext(browser)).newPage();

  // 1. The admin connects support@acme.example.
  await signIn(admin, 'admin');
  await admin.getByRole('link', { name: 'Apps' }).click();
  await saveScreenshot(admin, 'email-empty');
  await admin.getByRole('button', { name: 'Add Email Address' }).first().click();
  await admin.getByRole('menuitem', { name: 'Gmail' }).click();
  await admin.getByRole('button', { name: 'Continue' }).click();
  await saveScreenshot(admin, 'connect-sign-in');
  const opening = admin.waitForEvent('popup');
  await admin.getByRole('button', { name: 'Sign in with Google' }).click();
  const google = await opening;
  await google.getByRole('heading', { name: 'Choose an account' }).waitFor();
  await saveScreenshot(google, 'google-chooser');
  await google.getByRole('link', { name: /support@acme\.example/ }).click();
  await google.getByRole('checkbox').first().waitFor();
  expect(await google.getByRole('checkbox').count()).toBe(2);
  await saveScreenshot(google, 'google-consent');
  await google.getByRole('button', { name: 'Allow' }).click();
  await admin.getByLabel('Display name').fill('Acme Help');
  await admin.getByRole('combobox', { name: 'Template' }).click();
  await admin.getByRole('option', { name: 'Acme brand' }).click();
  await admin.getByRole('switch', { name: 'Dynamic Alias Name' }).check();
  await admin.getByRole('radio', { name: /Single message replies/ }).check();
  await saveScreenshot(admin, 'connect-settings');
  await admin.getByRole('button', { name: 'Save Changes' }).click();
  const row = admin.getByRole('listitem').filter({ hasText: 'support@acme.example' });
  await row.getByText('Connected').waitFor();
  expect(await row.textContent()).toContain('Acme Help');
  await saveScreenshot(admin, 'email-connected');

  // 2. A customer's message with an inline image and an attachment appears without a reload.
  await signIn(agent, 'agent');
  expect(await agent.getByRole('link', { name: 'Apps' }).count()).toBe(0);
  await agent.getByText('No open conversations').waitFor();
  await writeMail(customer, 'ana.silva@mail.example', {
    to: 'support@acme.example',
    subject: 'Where is my parcel?',
    text: 'It should have come on Tuesday.',
    image: true,
    file: true,
  });
  const sentAt = Date.now();
  const inList = agent.getByRole('link', { name: /Where is my parcel\?/ });
  await inList.waitFor({ timeout: 10_000 });
  console.log(`the conversation appeared ${Date.now() - sentAt} ms after Send`);
  await inList.click();
  const shown = agent.frameLocator('iframe[title="Message from Ana Silva"]');
  await shown.locator('b', { hasText: 'It should have come on Tuesday.' }).waitFor();
  await expect
    .poll(() => shown.locator('img').evaluate((image: { naturalWidth: number }) => image.naturalWidth))
    .toBe(12);
  const download = agent.waitForEvent('download');
  await agent.getByRole('link', { name: 'Download Rechnung März.txt' }).click();
  expect((await download).suggestedFilename()).toBe('Rechnung März.txt');
  await saveScreenshot(agent, 'conversation');

  // 3. The agent sends a formatted answer; the customer sees it in the same thread and replies.
  await agent.getByRole('button', { name: 'Reply', exact: true }).click();
  const composer = agent.getByRole('region', { name: 'Reply' });
  await composer.getByText('John Carter <john@acme.example>').waitFor();
  await agent.getByRole('textbox', { name: 'Message' }).click();
  await agent.keyboard.type('It left ');
  await agent.keyboard.press('Control+b');
  await agent.keyboard.type('today');
  await agent.keyboard.press('Control+b');
  await agent.keyboard.type('.');
  await saveScreenshot(agent, 'composer');
  await agent.getByRole('button', { name: 'Send' }).click();
  await agent.getByRole('article').getByText('Sent', { exact: true }).waitFor();
  await saveScreenshot(agent, 'answered');

  await customer.goto(`${environment.google}/mail/ana.silva@mail.example/inbox`);
  await customer.getByRole('link', { name: /John Carter.*Where is my parcel\?/s }).click();
  const bodies = customer.locator('article');
  await expect.poll(() => bodies.count()).toBe(2);
  const answer = customer.getByRole('article', { name: /John Carter/ });
  await answer.frameLocator('iframe').locator('strong, b', { hasText: 'today' }).waitFor();
  await answer.frameLocator('iframe').getByText('John Carter · Acme').waitFor();
  await saveScreenshot(customer, 'webmail-thread');
  const original = await answer.getByRole('link', { name: 'Show original' }).getAttribute('href');
  const source = await (await fetch(new URL(original!, environment.google))).text();
  expect(source).toMatch(/From: (&quot;|")?John Carter(&quot;|")? (&lt;|<)john@acme\.example/);
  expect(source).toMatch(/Reply-To: .*support@acme\.example/);
  expect(source).toMatch(/Subject: Re: Where is my parcel\?/);
  expect(source).toMatch(/References: (&lt;|<)CA[\w-]+@mail\.gmail\.com/);
  await customer.getByRole('button', { name: 'Reply', exact: true }).click();
  await customer.getByRole('textbox', { name: 'Message' }).click();
  await customer.keyboard.type('Thank you, John!');
  await sendWebmail(customer);
  // The agent's open timeline shows the reply without a reload.
  const timeline = agent.getByRole('region', { name: 'Messages' });
  await expect.poll(() => timeline.getByRole('article').count(), { timeout: 10_000 }).toBe(3);
  await timeline.getByRole('article').last().frameLocator('iframe').getByText('Thank you, John!').waitFor();
  // The quoted text is folded.
  await timeline.getByRole('button', { name: 'Show quoted text' }).click();
  await timeline.getByRole('article').last().frameLocator('iframe').getByText('wrote:').waitFor();
  await saveScreenshot(agent, 'second-message');

  // 4. The server is killed, two messages arrive, and the restarted server shows each once.
  await environment.server.end('SIGKILL');
  for (const subject of ['First while away', 'Second while away']) {
    await writeMail(customer, 'tom.becker@mail.example', {
      to: 'support@acme.example',
      subject,
      text: 'Hello?',
    });
  }
  await environment.startServer();
  for (const subject of ['First while away', 'Second while away']) {
    await agent.getByRole('link', { name: new RegExp(subject) }).waitFor({ timeout: 15_000 });
  }
  await agent.reload();
  for (const subject of ['First while away', 'Second while away']) {
    await agent.getByRole('link', { name: new RegExp(subject) }).waitFor();
    expect(await agent.getByRole('link', { name: new RegExp(subject) }).count()).toBe(1);
  }
  await saveScreenshot(agent, 'after-the-kill');
});
