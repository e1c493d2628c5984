import { simpleParser } from 'mailparser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, openBrowser, saveScreenshot } from './browser.ts';
import { fragments, redDot } from './clipboard-fragments.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { callApi, connect, deliver, instanceOf, setUndoSeconds, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;
let agent: Page;
let instanceId: string;
beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  const admin = await (await newUserContext(browser)).newPage();
  await signIn(admin, environment);
  await connect(admin, environment, 'support@acme.example');
  agent = await (await newUserContext(browser)).newPage();
  await signIn(agent, environment, 'agent');
  instanceId = await instanceOf(agent, environment);
  await setUndoSeconds(agent, environment, 0);
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

const body = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const notice = (page: Page) =>
  page.getByRole('status').filter({ hasText: /Left out|from the web|not in the message/ });

/** Pastes into the composer what a program put on the clipboard. */
function paste(page: Page, data: Record<string, string>): Promise<unknown> {
  return body(page).evaluate(
    `(editor, data) => {
      const clipboardData = new DataTransfer();
      for (const [type, text] of Object.entries(data)) clipboardData.setData(type, text);
      editor.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
    }`,
    data,
  );
}

/** Opens a reply to a customer's new message. */
async function reply(page: Page, subject: string): Promise<void> {
  await deliver(environment, subject, `<p>About ${subject}</p>`);
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: new RegExp(subject) }).click();
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
  for (const { from, html, rtf, kept, gone, notice: said } of fragments) {
    await body(agent).press('Control+a');
    await body(agent).press('Delete');
    await paste(agent, { 'text/html': html, ...(rtf && { 'text/rtf': rtf }) });
    await expect.poll(() => savedHtml(agent), { message: from }).toMatch(kept);
    if (gone) expect(await savedHtml(agent), from).not.toMatch(gone);
    if (said) await expect.poll(() => notice(agent).textContent(), { message: from }).toMatch(said);
    else expect(await notice(agent).count(), from).toBe(0);
  }
  await body(agent).press('Control+a');
  await body(agent).press('Delete');
});
