import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { unzip } from '../server/src/testing/unzip.ts';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, instanceOf, setUndoSeconds } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
});

async function arrive(subject: string, fields: Record<string, string>, body: string) {
  const all = {
    From: 'Ana Silva <ana@far.example>',
    To: 'support@acme.example',
    Subject: subject,
    ...fields,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  await control(environment, '/deliver', {
    from: 'ana@far.example',
    to: ['support@acme.example'],
    raw: Buffer.from(`${head.join('')}\r\n${body}\r\n`).toString('base64'),
  });
}

test('selected text is removed from message, quotes, source and file', async () => {
  const secret = 'Wombat door code 9142';
  const html = `<p>Hello, my <b>Wombat</b> door code 9142 does not work.</p>`;
  await arrive(
    'My code',
    {
      'Message-ID': '<code@far.example>',
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/mixed; boundary=m',
    },
    `--m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n--m\r\nContent-Type: text/plain; name=codes.txt\r\nContent-Disposition: attachment\r\n\r\nThe list: ${secret}\r\n--m--`,
  );
  await arrive(
    'Re: My code',
    { 'In-Reply-To': '<code@far.example>' },
    `Any news?\r\n\r\nOn Tuesday Ana Silva wrote:\r\n> Hello, my ${secret} does not work.`,
  );
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /My code/ }).click();
  const timeline = page.getByRole('region', { name: 'Messages' });
  await expect.poll(() => timeline.getByRole('article').count()).toBe(2);
  const first = timeline.getByRole('article').first();
  const frame = first.frameLocator('iframe');
  await frame.getByText('does not work').waitFor();
  // Selected as with the mouse, across an element.
  await frame.locator('p').evaluate((paragraph) => {
    const range = paragraph.ownerDocument.createRange();
    range.setStart(paragraph.querySelector('b')!.firstChild!, 0);
    range.setEnd(paragraph.lastChild!, ' door code 9142'.length);
    paragraph.ownerDocument.getSelection()!.addRange(range);
  });
  await first.getByRole('button', { name: 'Actions for the message from Ana Silva' }).click();
  await page.getByRole('menuitem', { name: 'Redact a passage' }).click();
  const dialog = page.getByRole('dialog', { name: 'Redact a passage' });
  await dialog.getByText('Stands once in this message.').waitFor();
  expect(await dialog.getByLabel('Passage').inputValue()).toBe(secret);
  await dialog.getByText('Also in 1 other message of this conversation').waitFor();
  await dialog.getByText('Also in these files: codes.txt').waitFor();
  await dialog.getByText('Your Gmail mailbox is not touched: Gmail keeps its copy.').waitFor();
  await saveScreenshot(page, 'redact-dialog');
  await expectAccessible(page, 'dialog');
  await dialog.getByRole('button', { name: 'Redact' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await first.getByText(/ redacted a passage/).waitFor();
  await frame.getByText('█████').waitFor();
  const instanceId = await instanceOf(page, environment);
  const conversationId = /([0-9a-f-]{36})$/.exec(page.url())![1];
  const base = `/api/instances/${instanceId}`;
  type Shown = { messages: Array<{ id: string; attachments: Array<{ id: string }> }> };
  const shown = await callApi<Shown>(page, environment, 'GET', `${base}/conversations/${conversationId}`);
  expect(JSON.stringify(shown)).not.toMatch(/9142/);
  const texts = async (path: string) => (await page.request.get(environment.url + base + path)).text();
  for (const message of shown.messages) {
    expect(await texts(`/messages/${message.id}/source`)).not.toMatch(/9142/);
    expect(await texts(`/messages/${message.id}/raw`)).not.toMatch(/9142/);
    for (const { id } of message.attachments) expect(await texts(`/attachments/${id}`)).not.toMatch(/9142/);
  }
  await saveScreenshot(page, 'redacted');
  await expectAccessible(page, 'redacted');

  // Then the whole message is redacted: a placeholder stays.
  await first.getByRole('button', { name: 'Actions for the message from Ana Silva' }).click();
  await page.getByRole('menuitem', { name: 'Delete message' }).click();
  await page.getByRole('button', { name: 'Delete message' }).click();
  await first.getByText('This message was deleted from Postroom.').waitFor();
  await first.getByText(/deleted this message/).waitFor();
  await saveScreenshot(page, 'deleted');
});

test('redacted text is in no search, later reply or export', async () => {
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  const { mailboxes } = await callApi<{ mailboxes: Array<{ id: string }> }>(
    page,
    environment,
    'GET',
    `${instance}/mailboxes`,
  );
  await callApi(page, environment, 'PATCH', `${instance}/mailboxes/${mailboxes[0]!.id}`, {
    threading: 'history',
  });
  await setUndoSeconds(page, environment, 0);
  const from = 'ana.silva@mail.example';
  await arrive('My account', { From: `Ana Silva <${from}>` }, 'My account is quokka7731 and does not open.');
  const found = async (words: string) =>
    (
      await callApi<{ conversations: Array<{ subject: string }> }>(
        page,
        environment,
        'GET',
        `${instance}/search?timeZone=UTC&q=${words}`,
      )
    ).conversations.map(({ subject }) => subject);
  await expect.poll(() => found('quokka7731')).toEqual(['My account']);
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /My account/ }).click();
  await page.getByRole('button', { name: 'Actions for the message from Ana Silva' }).click();
  await page.getByRole('menuitem', { name: 'Redact a passage' }).click();
  const dialog = page.getByRole('dialog', { name: 'Redact a passage' });
  await dialog.getByLabel('Passage').fill('quokka7731');
  await dialog.getByText('Stands once in this message.').waitFor();
  await dialog.getByRole('button', { name: 'Redact' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('My account is █████ and does not open.').filter({ visible: true }).last().waitFor();

  // The page's search, which returns results while typing.
  await expect.poll(() => found('quokka7731')).toEqual([]);
  expect(await found('quokka')).toEqual([]);
  expect(await found('does not open')).toEqual(['My account']);

  // The history below a later reply, as it is sent.
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('We look into it.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('article').getByText('Sent', { exact: true }).waitFor();
  const customer = await (await newUserContext(browser)).newPage();
  await customer.goto(`${environment.google}/mail/${from}/inbox`);
  await customer.getByRole('link', { name: /My account/ }).click();
  const answer = customer.getByRole('article', { name: /Acme Support/ });
  const original = await answer.getByRole('link', { name: 'Show original' }).getAttribute('href');
  const quoted = answer.frameLocator('iframe').locator('body');
  await quoted.getByText('My account is █████ and does not open.').first().waitFor();
  expect((await quoted.allInnerTexts()).join()).not.toMatch(/quokka/);
  const source = await (await fetch(new URL(original!, environment.google))).text();
  expect(source).toContain('We look into it.');
  expect(source).not.toMatch(/quokka/);
  await customer.context().close();

  // The export of the customer's data.
  const conversationId = /([0-9a-f-]{36})$/.exec(page.url())![1];
  const { customer: of } = await callApi<{ customer: { id: string } }>(
    page,
    environment,
    'GET',
    `${instance}/conversations/${conversationId}`,
  );
  const archive = await page.request.get(`${environment.url}${instance}/customers/${of.id}/export.zip`);
  const files = await unzip(await archive.body());
  const texts = Object.entries(files).map(([name, bytes]) => `${name}\n${bytes}`);
  expect(texts.filter((text) => text.includes('does not open')).length).toBeGreaterThan(0);
  expect(texts.filter((text) => text.includes('quokka'))).toEqual([]);
});

/** Presses Escape as soon as a dialog is in the document, which is before it has the focus. */
async function pressEscapeAsDialogOpens(page: Page): Promise<void> {
  await page.evaluate(`
    new MutationObserver((_, observer) => {
      if (!document.querySelector('[aria-modal=true]')) return;
      observer.disconnect();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    }).observe(document.body, { childList: true, subtree: true });
  `);
}

test('files are previewed and deleted; headers and source are shown', async () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAMCAIAAADZF8uwAAAAGklEQVQoz2NQCztOEmIY1TCqYVTDqIaRqwEA4hV6EZ5sYcEAAAAASUVORK5CYII=';
  await arrive(
    'Two files',
    { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=m', 'X-Colour': 'green' },
    `--m\r\nContent-Type: text/plain\r\n\r\nSee both.\r\n--m\r\nContent-Type: image/png; name=dot.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${png}\r\n--m\r\nContent-Type: text/plain; name=words.txt\r\nContent-Disposition: attachment\r\n\r\nwords of a file\r\n--m--`,
  );
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Two files/ }).click();
  await page.getByRole('button', { name: 'Actions for words.txt' }).click();
  await page.getByRole('menuitem', { name: 'Show words.txt' }).click();
  await page.getByRole('dialog').getByText('words of a file').waitFor();
  await expectAccessible(page, 'preview');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Show dot.png' }).click();
  await page.getByRole('dialog').getByRole('img', { name: 'dot.png' }).waitFor();
  await saveScreenshot(page, 'preview-picture');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await pressEscapeAsDialogOpens(page);
  await page.getByRole('button', { name: 'Show dot.png' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download all' }).click();
  expect((await download).suggestedFilename()).toBe('attachments.zip');

  await page.getByRole('button', { name: 'Actions for the message from Ana Silva' }).click();
  await page.getByRole('menuitem', { name: 'Headers and source' }).click();
  const drawer = page.getByRole('dialog', { name: 'Headers and source' });
  await drawer.getByText('X-Colour').waitFor();
  await saveScreenshot(page, 'headers');
  await expectAccessible(page, 'headers');
  await drawer.getByRole('tab', { name: 'Source' }).click();
  await drawer.getByText('X-Colour: green').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Actions for words.txt' }).click();
  await page.getByRole('menuitem', { name: 'Delete words.txt' }).click();
  await page.getByRole('button', { name: 'Delete file' }).click();
  await page.getByText(/deleted an attachment/).waitFor();
  expect(await page.getByRole('button', { name: 'Actions for words.txt' }).count()).toBe(0);
});

test('card numbers are removed from received and sent messages', async () => {
  await page.goto(`${environment.url}/acme/settings`);
  await page.getByRole('link', { name: 'Content' }).click();
  await page.getByRole('switch', { name: 'Take out card numbers' }).check();
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.getByText('Changes saved').waitFor();
  await saveScreenshot(page, 'content-settings');
  await expectAccessible(page, 'content settings');
  await arrive('Card', {}, 'Charge 4111 1111 1111 1111, please.');
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByRole('link', { name: /Card/ }).click();
  await page.getByText('Charge █████1111, please.').first().waitFor();
  await page.getByText('A card number was taken out as the message arrived').waitFor();

  // The agent is warned before sending, also when Send comes before the draft is saved.
  await setUndoSeconds(page, environment, 0);
  const pressed = Promise.withResolvers<void>();
  await page.route('**/drafts/*', async (route) => {
    await pressed.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Not to 5555 5555 5555 4444?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  pressed.resolve();
  await page.getByText('The card number will be removed: only its last four digits').waitFor();
  await page.unroute('**/drafts/*');
  await saveScreenshot(page, 'card-in-reply');
  await expectAccessible(page, 'card in a reply');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const sent = page.getByRole('article').filter({ hasText: 'Sent' }).last();
  await sent.getByText('Sent', { exact: true }).waitFor();
  await page.getByText('Not to █████4444?').filter({ visible: true }).last().waitFor();
});
