import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addChat } from '../mail/chat.ts';
import { deliver } from '../mail/deliver.ts';
import { messagesWith, rawOf } from '../mail/messages.ts';
import { schedule } from '../mail/scheduled.ts';
import { send } from '../mail/send.ts';
import { openBrowser } from '../testing/open-browser.ts';
import { startForTest } from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
let browser: Browser;
let page: Page;
const ana = 'ana.silva@mail.example';
const support = 'support@acme.example';
/** One red pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  google = await startForTest();
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
});
afterAll(async () => {
  await browser?.close();
  await google?.end();
});

const inMailbox = (account: string, label: string) => messagesWith(google.simulator, account, { label });
const rawIn = (account: string, label: string): string =>
  rawOf(google.simulator, account, inMailbox(account, label)[0]!.id).toString();

test('a message with an image and a file, and its reply, in one thread', async () => {
  await page.goto(`${google.url}/mail`);
  await page.getByRole('link', { name: ana }).click();
  await page.getByRole('button', { name: 'Compose' }).click();
  await page.getByLabel('To', { exact: true }).fill(`Acme <${support}>`);
  await page.getByLabel('Subject').fill('Größe? ✓');
  await page.getByLabel('Message').pressSequentially('My lamp is broken: ');
  await page
    .getByLabel('Insert image')
    .setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: picture });
  await page.getByLabel('Message').locator('img').waitFor();
  await page.getByLabel('Attach files').setInputFiles({
    name: 'Rechnung März.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4 made up'),
  });
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Größe? ✓' }).waitFor();

  const raw = rawIn(support, 'INBOX');
  expect(raw).toMatch(
    /multipart\/mixed[\s\S]*multipart\/alternative[\s\S]*text\/plain[\s\S]*multipart\/related[\s\S]*text\/html/,
  );
  expect(raw).toContain('From: Ana Silva <ana.silva@mail.example>');

  await page.getByRole('link', { name: support }).click();
  await page.getByRole('link', { name: /Größe\? ✓/ }).click();
  const frame = page.frameLocator('iframe[title="Message text"]');
  await expect
    .poll(() =>
      frame.locator('img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    )
    .toBe(1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Rechnung März\.pdf/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('Rechnung März.pdf');
  expect(inMailbox(support, 'UNREAD')).toEqual([]);

  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByLabel('Message').pressSequentially('Send it back, please.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Größe? ✓' }).waitFor();
  const answer = rawIn(ana, 'INBOX');
  const original = inMailbox(ana, 'SENT')[0]!;
  expect(answer).toContain(`In-Reply-To: ${original.rfcMessageId}`);
  expect(answer).toContain(`References: ${original.rfcMessageId}`);
  expect(answer).toContain('gmail_quote');
  expect(answer).toMatch(/^> My lamp is broken/m);
  expect(inMailbox(ana, 'INBOX')[0]!.threadId).toBe(original.threadId);
});

test('new mail appears without reloading, in the list and in a thread', async () => {
  const from = 'tom.becker@mail.example';
  const write = (subject: string, more = ''): void => {
    const raw = `From: ${from}\r\nTo: sales@acme.example\r\nSubject: ${subject}\r\n${more}\r\nHello ${subject}\r\n`;
    const thread = more ? inMailbox(from, 'SENT')[0]!.threadId : null;
    expect(send(google.simulator, from, { raw: Buffer.from(raw), threadId: thread }).kind).toBe('sent');
  };
  await page.goto(`${google.url}/mail/sales@acme.example/inbox`);
  await page.getByText('Nothing in Inbox.').waitFor();
  write('Lamps');
  await page.getByRole('link', { name: /Lamps/ }).click();
  await page.getByRole('heading', { name: 'Lamps' }).waitFor();
  expect(await page.getByRole('article').count()).toBe(1);
  const first = inMailbox(from, 'SENT')[0]!.rfcMessageId;
  write('Re: Lamps', `In-Reply-To: ${first}\r\nReferences: ${first}\r\n`);
  await expect.poll(() => page.getByRole('article').count(), { timeout: 10_000 }).toBe(2);
});

test('a pasted image becomes a part of its own; bold text is kept', async () => {
  await page.goto(`${google.url}/mail/yuki.tanaka@mail.example/compose`);
  await page.getByLabel('To', { exact: true }).fill('john@acme.example');
  await page.getByLabel('Subject').fill('Pasted');
  await page.getByRole('button', { name: 'Bold' }).click();
  await page.getByLabel('Message').pressSequentially('Look:');
  // A string, because the test has no types for the browser's clipboard.
  await page.evaluate(`(async () => {
    const blob = await (await fetch('data:image/png;base64,${picture.toString('base64')}')).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], 'pasted.png', { type: 'image/png' }));
    const editor = document.querySelector('[role=textbox][aria-label=Message]');
    editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
  })()`);
  await page.getByLabel('Message').locator('img').waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Pasted' }).waitFor();
  const raw = rawIn('john@acme.example', 'INBOX');
  expect(raw).toContain('<b>Look:');
  expect(raw).toMatch(/src=3D"cid:ii_|src="cid:ii_/);
  expect(raw).toContain('Content-ID: <ii_');
  expect(raw).toContain(picture.toString('base64').slice(0, 60));
});

test('spam, not spam, delete, delete permanently', async () => {
  const account = 'billing@acme.example';
  const raw = Buffer.from(`From: ${ana}\r\nTo: ${account}\r\nSubject: Prize\r\n\r\nYou won\r\n`);
  send(google.simulator, ana, { raw });
  await page.goto(`${google.url}/mail/${account}`);
  const press = async (button: string): Promise<void> => {
    await page.getByRole('link', { name: /Prize/ }).click();
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('article').waitFor({ state: 'detached' });
  };
  const folder = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).click();
  await press('Mark as spam');
  expect(inMailbox(account, 'SPAM').length).toBe(1);
  await folder('Spam');
  await press('Not spam');
  expect(inMailbox(account, 'INBOX').length).toBe(1);
  await folder('Inbox');
  await press('Delete');
  expect(inMailbox(account, 'TRASH').length).toBe(1);
  await folder('Trash');
  await press('Delete for ever');
  expect(messagesWith(google.simulator, account)).toEqual([]);
});

test('reply all, wrong recipients, a new account, show original', async () => {
  await page.goto(`${google.url}/mail`);
  await page.getByText('Add a customer account').click();
  await page.getByLabel('Name').fill('Mia Wong');
  await page.getByLabel('Address').fill('mia@customer.example');
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByText('Nothing in Inbox.').waitFor();
  await page.getByRole('button', { name: 'Compose' }).click();
  await page.getByLabel('Message').pressSequentially('Hi');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Name at least one recipient.').waitFor();
  await page.getByLabel('To', { exact: true }).fill('john@acme.example');
  await page.getByLabel('Cc', { exact: true }).fill(ana);
  await page.getByLabel('Subject').fill('For both');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'For both' }).waitFor();
  await page.goto(`${google.url}/mail/john@acme.example/inbox`);
  await page.getByRole('link', { name: /For both/ }).click();
  await page.getByRole('button', { name: 'Reply all' }).click();
  expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('Mia Wong <mia@customer.example>');
  expect(await page.getByLabel('Cc', { exact: true }).inputValue()).toBe(ana);
  await page.goBack();
  await page.getByRole('link', { name: 'Show original' }).click();
  expect(await page.textContent('body')).toContain('Subject: For both');
});

test('scheduled mail waits in its folder, chats are in none, and a failed DMARC check is said', async () => {
  const desk = 'desk@other.example';
  const { simulator } = google;
  schedule(simulator, desk, { raw: Buffer.from(`To: ${ana}\r\nSubject: Tomorrow\r\n\r\nHello`) });
  addChat(simulator, desk, { from: ana, text: 'Are you there?' });
  const forged = Buffer.from(`From: ${ana}\r\nTo: ${desk}\r\nSubject: Not by Ana\r\n\r\nHello`);
  const authentication = { dkim: 'none', spf: 'fail', dmarc: 'fail' } as const;
  deliver(simulator, { sender: 'x@bulk.example', recipients: [desk], raw: forged, authentication });

  await page.goto(`${google.url}/mail/${desk}/inbox`);
  await page.getByRole('link', { name: /Not by Ana/ }).click();
  await page.getByText('(sender not verified)').waitFor();
  await page.getByRole('link', { name: 'Sent', exact: true }).click();
  await page.getByText('Nothing in Sent.').waitFor();
  await page.getByRole('link', { name: 'Scheduled', exact: true }).click();
  expect(await page.getByRole('list', { name: 'Conversations' }).getByRole('listitem').count()).toBe(1);
  await page.getByRole('link', { name: /Tomorrow/ }).click();
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByText('Nothing in Scheduled.').waitFor();
  await page.getByRole('link', { name: 'Sent', exact: true }).click();
  await page.getByRole('link', { name: /Tomorrow/ }).waitFor();
  expect(inMailbox(ana, 'INBOX')[0]!.subject).toBe('Tomorrow');
});

test('a hostile message runs no script and loads no remote content', async () => {
  let fetched = 0;
  const outside = createServer((_request, response) => {
    fetched++;
    response.end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const tracker = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/x.png`;
  const raw = Buffer.from(
    `From: ${ana}\r\nTo: desk@other.example\r\nSubject: Evil\r\nContent-Type: text/html\r\n\r\n<p>text</p><img src="${tracker}"><img src=x onerror="top.hacked=1"><script>top.hacked=1</script>\r\n`,
  );
  send(google.simulator, ana, { raw });
  await page.goto(`${google.url}/mail/desk@other.example/inbox`);
  await page.getByRole('link', { name: /Evil/ }).click();
  await page.frameLocator('iframe').getByText('text').waitFor();
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  await page.waitForLoadState('networkidle');
  expect(fetched).toBe(0);
  outside.close();
});
