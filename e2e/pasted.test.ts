import { simpleParser } from 'mailparser';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { fragments, redPicture } from './clipboard-fragments.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf, openFromList, setUndoSeconds } from './steps.ts';

setUp();
let agent: Page;
let instanceId: string;
beforeAll(async () => {
  const admin = await openInbox();
  await connect(admin, environment, 'support@acme.example');
  agent = await openInbox('agent');
  instanceId = await instanceOf(agent, environment);
  await setUndoSeconds(agent, environment, 0);
});

const body = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const notice = (page: Page) => page.getByRole('status').filter({ hasText: /Left out|mail program loads/ });

/** Pastes into an editor what a program put on the clipboard. */
function paste(page: Page, data: Record<string, string>, label = 'Message'): Promise<unknown> {
  return page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    for (const [type, text] of Object.entries(${JSON.stringify(data)})) clipboardData.setData(type, text);
    document
      .querySelector('[role=textbox][aria-label=${label}]')
      .dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
  })()`);
}

/** Opens a reply to a customer's new message. */
async function reply(page: Page, subject: string): Promise<void> {
  await deliver(environment, subject, `<p>About ${subject}</p>`);
  await page.goto(`${environment.url}/acme/inbox/open`);
  await openFromList(page, page.getByRole('link', { name: new RegExp(subject) }));
  await page.getByRole('region', { name: 'Messages', exact: true }).getByRole('article').first().waitFor();
  await page.keyboard.press('r');
  await body(page).click();
}

async function savedHtml(page: Page): Promise<string> {
  const path = `/api/instances/${instanceId}/drafts?conversationId=${page.url().split('/').at(-1)}`;
  const { drafts } = await callApi<{ drafts: Array<{ html: string }> }>(page, environment, 'GET', path);
  return drafts[0]?.html ?? '';
}

test('what programs put on the clipboard is kept as mail carries it', async () => {
  await reply(agent, 'Pasted');
  for (const { from, html, rtf, kept, gone, notice: line } of fragments) {
    await body(agent).press('Control+a');
    await body(agent).press('Delete');
    await paste(agent, { 'text/html': html, ...(rtf && { 'text/rtf': rtf }) });
    await expect.poll(() => savedHtml(agent), { message: from }).toMatch(kept);
    if (gone) expect(await savedHtml(agent), from).not.toMatch(gone);
    if (line) await expect.poll(() => notice(agent).textContent(), { message: from }).toMatch(line);
    else await expect.poll(() => notice(agent).count(), { message: from }).toBe(0);
  }
  await body(agent).press('Control+a');
  await body(agent).press('Delete');
});

const table =
  '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td align="right">3.00</td></tr><tr><td>Coffee</td><td align="right">4.00</td></tr></table>';
const written = `<h2>Your prices</h2><p>Hello Ana,</p>${table}<p>Press <code>F1</code>, or see <span style="color:#c00000">this</span>: <img src="data:image/png;base64,${redPicture}" alt="dot"></p>`;

/** The newest message that the simulated Gmail sent. */
async function newestSent(subject: string) {
  const page = await browser.newPage();
  try {
    await page.goto(`${environment.google}/mail/support@acme.example/sent`);
    await page
      .getByRole('link', { name: new RegExp(subject) })
      .first()
      .click();
    const original = page.getByRole('article').last().getByRole('link', { name: 'Show original' });
    const href = await original.getAttribute('href');
    return Buffer.from(await (await fetch(new URL(href!, environment.google))).arrayBuffer());
  } finally {
    await page.close();
  }
}

test('a pasted table, heading and picture reach the customer', async () => {
  await reply(agent, 'Prices');
  await paste(agent, { 'text/html': written });
  const picture = body(agent).locator('img[alt="dot"]');
  await expect
    .poll(() => picture.evaluate((image) => (image as { naturalWidth: number }).naturalWidth))
    .toBe(120);
  await expect.poll(() => savedHtml(agent)).toMatch(/<img src="cid:/);
  // The draft is as it was after the page is opened again.
  const saved = await savedHtml(agent);
  await agent.reload();
  await agent.getByRole('button', { name: 'Go on writing' }).click();
  await body(agent).press('Control+End');
  await agent.keyboard.type('!');
  await expect.poll(() => savedHtml(agent)).toBe(saved.replace(/(<\/p>)$/, '!$1'));
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-table');
  await body(agent).press('Control+Enter');
  await agent
    .getByRole('region', { name: 'Messages', exact: true })
    .getByText('Sent', { exact: true })
    .waitFor();

  const raw = await newestSent('Prices');
  const { html, text, attachments } = await simpleParser(raw, { skipImageLinks: true });
  expect(html).toMatch(/<h2>Your prices<\/h2>/);
  expect(html).toMatch(
    /<td style="border:1px solid #b8b8b8;[^"]*text-align:right[^"]*"><p style="margin:0[^"]*">3\.00/,
  );
  expect(html).toMatch(/<span style="color:#c00000">this<\/span>/);
  expect(text).toContain(
    'Your prices\n\nHello Ana,\n\nItem     Price\nTea      3.00\nCoffee   4.00\n\nPress F1',
  );
  expect(attachments).toHaveLength(1);
  expect(attachments[0]!.content.toString('base64')).toBe(redPicture);
  expect(html).toContain(`<img src="cid:${attachments[0]!.contentId!.slice(1, -1)}" alt="dot"`);
});

test('the toolbar makes tables, headings and code', async () => {
  await reply(agent, 'Toolbar');
  await agent.keyboard.type('Prices');
  await agent.getByRole('button', { name: 'Headings, quote and code' }).click();
  await agent.getByRole('menuitem', { name: 'Heading', exact: true }).click();
  // The editor ends with an empty paragraph. A key that moves the cursor may still be under way at the next one.
  await body(agent).locator('p').last().click();
  await agent.getByRole('button', { name: 'Insert table' }).click();
  await agent.keyboard.type('Item');
  await agent.keyboard.press('Tab');
  await agent.keyboard.type('Price');
  await expectAccessible(agent);
  await agent.getByRole('button', { name: 'Change table' }).click();
  await agent.getByRole('menuitem', { name: 'Delete table' }).waitFor();
  await saveScreenshot(agent, 'composer-table-menu');
  await agent.getByRole('menuitem', { name: 'Delete column' }).click();
  await agent.getByRole('button', { name: 'Change table' }).click();
  await agent.getByRole('menuitem', { name: 'Delete row' }).click();
  await expect.poll(() => body(agent).locator('tr').count()).toBe(2);
  await expect.poll(() => body(agent).locator('td, th').count()).toBe(4);
  await body(agent).locator('> p').last().click();
  await agent.getByRole('button', { name: 'Headings, quote and code' }).click();
  await agent.getByRole('menuitem', { name: 'Block of code' }).click();
  await agent.keyboard.type('a  b');
  await expect
    .poll(() => savedHtml(agent))
    .toMatch(/^<h2>Prices<\/h2><table.*<\/table><pre[^>]*><code>a {2}b<\/code><\/pre>/);
});

test('a table and a picture on a phone, light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [400, 1440]) {
      const page = await openInbox('agent', width, 900, { colorScheme });
      await reply(page, `Looks ${colorScheme} ${width}`);
      await paste(page, {
        'text/html': `${written.replace('<th>Item', '<th bgcolor="#fff2cc">Item')}<p><img src="https://pictures.example/a.png" alt="A lamp"><video></video></p><pre>one
two</pre>`,
      });
      await notice(page).waitFor();
      await expect.poll(() => savedHtml(page)).toMatch(/<img src="cid:/);
      await expectAccessible(page);
      await saveScreenshot(page, `composer-pasted-${colorScheme}-${width}`);
      expect(
        await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      ).toBe(true);
      await page.context().close();
    }
  }
});

test('a text without attachments keeps tables, and says that it cannot have pictures', async () => {
  await agent.goto(`${environment.url}/acme/settings/writing`);
  const signature = agent.getByRole('textbox', { name: 'Signature', exact: true });
  await signature.click();
  await paste(agent, { 'text/html': written }, 'Signature');
  await expect.poll(() => signature.locator('td').count()).toBe(4);
  expect(await signature.locator('img').count()).toBe(0);
  await expect
    .poll(() => notice(agent).textContent())
    .toBe('Left out of what you pasted: files and pictures, which cannot be attached here.');
});
