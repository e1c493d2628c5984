import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { holdAnswer, holdRequests, saveScreenshot } from './browser.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import {
  connect,
  control,
  deliver,
  instanceOf,
  openFromList,
  setUndoSeconds,
  stayAfterDone,
} from './steps.ts';

setUp();
let agent: Page;
let instanceId: string;
beforeAll(async () => {
  const admin = await openInbox();
  await connect(admin, environment, 'support@acme.example');
  agent = await openInbox('agent');
  instanceId = await instanceOf(agent, environment);
});
beforeEach(async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  // Messages are sent at once, except in the test of Undo.
  await setUndoSeconds(agent, environment, 0);
});

/** A red PNG of 12 × 12 pixels. */
const redDot =
  'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAMCAIAAADZF8uwAAAAF0lEQVR4nGP4z8BAEBFWQTsjRhWNKgIAJkGPcR0Q3x4AAAAASUVORK5CYII=';

const composer = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const body = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const timeline = (page: Page) => page.getByRole('region', { name: 'Messages', exact: true });
const saved = (page: Page) => page.getByText(/^Saved /).waitFor();
const discard = async (page: Page) => {
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await page.getByRole('button', { name: 'Discard for good' }).click();
};
/** Delivers a customer's message and opens it as the agent. */
async function opened(page: Page, subject: string): Promise<void> {
  await deliver(environment, subject, `<p>About ${subject}</p>`);
  await page.goto(`${environment.url}/acme/inbox/open`);
  await openFromList(page, page.getByRole('link', { name: new RegExp(subject) }));
  await timeline(page).getByRole('article').first().waitFor();
}
/** Pastes or drops HTML, an image, or a file of `size` bytes. */
const give = (page: Page, how: 'paste' | 'drop', what: { html?: string; picture?: string; bytes?: number }) =>
  page.evaluate(`(() => {
    const { html, picture, bytes } = ${JSON.stringify(what)};
    const data = new DataTransfer();
    if (html) data.setData('text/html', html);
    if (picture) {
      const signs = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
      data.items.add(new File([signs], 'dot.png', { type: 'image/png' }));
    }
    if (bytes) data.items.add(new File([new Uint8Array(bytes)], 'film.mp4', { type: 'video/mp4' }));
    const usual = { bubbles: true, cancelable: true };
    const event = ${JSON.stringify(how)} === 'paste'
      ? new ClipboardEvent('paste', { ...usual, clipboardData: data })
      : new DragEvent('drop', { ...usual, dataTransfer: data });
    document.querySelector('[role=textbox][aria-label=Message]').dispatchEvent(event);
  })()`);
/** The label of the focused element. */
const focused = (page: Page) => page.evaluate("document.activeElement?.getAttribute('aria-label')");
/** The changes of messages and conversations that the page sends from now on. */
function changesOf(page: Page): string[] {
  const changes: string[] = [];
  page.on('request', (request) => {
    const place = /(messages|conversations)\/[^/]+(\/draft|\/delivery)?$/.exec(
      new URL(request.url()).pathname,
    );
    if (place && request.method() !== 'GET') changes.push(`${request.method()} ${place[1]}${place[2] ?? ''}`);
  });
  return changes;
}
/** The source of the newest message in an account of the simulated Google. */
async function newest(account: string, subject: RegExp): Promise<string> {
  const page = await browser.newPage();
  try {
    await page.goto(`${environment.google}/mail/${account}/inbox`);
    await page.getByRole('link', { name: subject }).first().click();
    const link = await page
      .getByRole('article')
      .last()
      .getByRole('link', { name: 'Show original' })
      .getAttribute('href');
    return await (await fetch(new URL(link!, environment.google))).text();
  } finally {
    await page.close();
  }
}

test('a reply with files is written, undone and sent by keyboard', async () => {
  await setUndoSeconds(agent, environment, 10);
  await opened(agent, 'Keyboard');
  await agent.keyboard.press('r');
  await composer(agent, 'Reply').waitFor();
  await body(agent).waitFor();
  await expect.poll(() => focused(agent)).toBe('Message');
  await agent.keyboard.type('It is ');
  await agent.keyboard.press('Control+b');
  await agent.keyboard.type('here');
  await agent.keyboard.press('Control+b');
  await agent.keyboard.type(': ');
  await give(agent, 'paste', { picture: redDot });
  const picture12 = body(agent).locator('img[alt="dot.png"]');
  await expect
    .poll(() => picture12.evaluate((image) => (image as { naturalWidth: number }).naturalWidth))
    .toBe(12);
  await agent
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'Rechnung März.txt', mimeType: 'text/plain', buffer: Buffer.from('Total: 42') });
  await agent.getByRole('list', { name: 'Attachments' }).getByText('Rechnung März.txt').waitFor();
  await saved(agent);
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-reply');
  await body(agent).press('Control+Enter');

  // After Undo, the whole draft is back.
  await timeline(agent)
    .getByText(/^Sending in \d+ s$/)
    .waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-undo');
  await timeline(agent).getByRole('button', { name: 'Undo' }).focus();
  await agent.keyboard.press('Enter');
  await composer(agent, 'Reply').waitFor();
  await expect.poll(() => body(agent).textContent()).toContain('It is here:');
  await picture12.waitFor();
  await composer(agent, 'Reply').getByText('Rechnung März.txt').waitFor();
  expect(await timeline(agent).getByRole('article').count()).toBe(1);
  await body(agent).press('Control+Enter');
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
  // The focus is back on the conversation.
  await agent.keyboard.press('n');
  await composer(agent, 'Note').waitFor();
  await agent.keyboard.press('Escape');
  await composer(agent, 'Note').waitFor({ state: 'hidden' });
  const shown = timeline(agent).getByRole('article').last();
  await expect
    .poll(() =>
      shown
        .frameLocator('iframe')
        .locator('img')
        .evaluate((image) => (image as { naturalWidth: number }).naturalWidth),
    )
    .toBe(12);
  await shown.getByRole('link', { name: /Download Rechnung März.txt/ }).waitFor();
  expect(await shown.getByRole('link', { name: /dot.png/ }).count()).toBe(0);
});

test('undoing a send is shown at once, and the next change waits for the answer', async () => {
  await setUndoSeconds(agent, environment, 10);
  await stayAfterDone(agent, environment);
  await opened(agent, 'Order of changes');
  const articles = timeline(agent).getByRole('article');

  await agent.keyboard.press('r');
  await body(agent).fill('One moment');
  await body(agent).press('Control+Enter');
  let answer = await holdAnswer(agent, '**/messages/*/draft');
  const changes = changesOf(agent);
  await timeline(agent).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => articles.count()).toBe(1);
  await agent.getByRole('button', { name: 'Done', exact: true }).click();
  await agent.getByRole('button', { name: 'Reopen' }).waitFor();
  expect(changes).toEqual(['POST messages/draft']);
  answer();
  await composer(agent, 'Reply').waitFor();
  await expect.poll(() => changes).toEqual(['POST messages/draft', 'PATCH conversations']);

  // Sent and undone again: a refusal shows the message as it was.
  await body(agent).press('Control+Enter');
  await timeline(agent).getByRole('button', { name: 'Undo' }).waitFor();
  answer = await holdAnswer(agent, '**/messages/*/draft', {
    code: 'already-sent',
    title: 'It has left already.',
    status: 409,
  });
  await timeline(agent).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => articles.count()).toBe(1);
  answer();
  await expect.poll(() => articles.count()).toBe(2);
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
});

test('cancelling a scheduled message is shown at once, and the next change waits', async () => {
  await stayAfterDone(agent, environment);
  await opened(agent, 'Not to be sent');
  await agent.keyboard.press('r');
  await body(agent).fill('Tomorrow');
  await agent.getByRole('button', { name: 'Later, or with Done' }).click();
  await agent.getByRole('menuitem', { name: /Tomorrow morning/ }).click();
  const cancel = timeline(agent).getByRole('button', { name: 'Cancel' });
  await cancel.waitFor();
  const answer = await holdAnswer(agent, '**/messages/*/delivery');
  const changes = changesOf(agent);
  await cancel.click();
  await timeline(agent).getByText('Cancelled', { exact: true }).waitFor();
  await agent.getByRole('button', { name: 'Done', exact: true }).click();
  await agent.getByRole('button', { name: 'Reopen' }).waitFor();
  expect(changes).toEqual(['POST messages/delivery']);
  answer();
  await expect.poll(() => changes).toEqual(['POST messages/delivery', 'PATCH conversations']);
  await timeline(agent).getByText('Cancelled', { exact: true }).waitFor();
});

test('the newest message is in view: opened, beside the composer, and after Send', async () => {
  const lines = Array.from({ length: 60 }, (_, at) => `<p>Line ${at + 1} of a long message.</p>`);
  await deliver(environment, 'A long story', lines.join(''));
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await openFromList(agent, agent.getByRole('link', { name: /A long story/ }));
  const [region, card] = [timeline(agent), timeline(agent).getByRole('article').last()];
  await expect.poll(() => region.evaluate((one) => one.scrollHeight)).toBeGreaterThan(1_500);
  // A conversation of one message opens at its beginning, and stays there while the user writes.
  const beginning = async () => (await card.boundingBox())!.y - (await region.boundingBox())!.y;
  expect(await beginning()).toBeGreaterThanOrEqual(0);
  await agent.keyboard.press('r');
  await body(agent).waitFor();
  expect(await beginning()).toBeGreaterThanOrEqual(0);
  await expect.poll(() => focused(agent)).toBe('Message');
  await agent.keyboard.type('That is long.');
  await agent.keyboard.press('Control+Enter');
  await expect.poll(() => region.getByRole('article').count()).toBe(2);
  const isWhole = async () => {
    const [inner, outer] = [(await card.boundingBox())!, (await region.boundingBox())!];
    return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
  };
  await card.frameLocator('iframe').getByText('That is long.').waitFor();
  await expect.poll(isWhole).toBe(true);
  await agent.keyboard.press('n');
  await composer(agent, 'Note').waitFor();
  await expect.poll(() => focused(agent)).toBe('Note');
  // The line of an event may come above the message while the composer changes the height of the view.
  await region.getByText('took this').waitFor();
  await expect.poll(isWhole).toBe(true);
  await saveScreenshot(agent, 'newest-beside-composer');
  await agent.keyboard.press('Escape');
  await composer(agent, 'Note').waitFor({ state: 'hidden' });
  await expect.poll(isWhole).toBe(true);
});

test('HTML pasted from Word and Gmail is cleaned', async () => {
  await opened(agent, 'Pasted');
  await agent.keyboard.press('r');
  await body(agent).click();
  await give(agent, 'paste', {
    html: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>
      <!--StartFragment--><p class=MsoNormal style='mso-margin-top-alt:auto'><b>Dear</b> <span style='color:#1F497D;font-family:Calibri'>Ana<o:p></o:p></span></p>
      <p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>one<o:p></o:p></p>
      <p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>two<o:p></o:p></p><!--EndFragment--></body></html>`,
  });
  await expect.poll(() => body(agent).locator('li').allTextContents()).toEqual(['one', 'two']);
  expect(await body(agent).locator('strong').allTextContents()).toEqual(['Dear']);
  const html = await body(agent).innerHTML();
  expect(html).not.toMatch(/mso|Calibri|StartFragment|o:p|·/i);
  await discard(agent);
  await composer(agent, 'Reply').waitFor({ state: 'hidden' });
});

test('a draft survives a reload and never overwrites another window', async () => {
  await opened(agent, 'Two windows');
  const second = await agent.context().newPage();
  await agent.keyboard.press('r');
  await body(agent).click();
  await agent.keyboard.type('First words');
  await saved(agent);
  await agent.reload();
  await agent.getByText('Unfinished reply').waitFor();
  await agent.getByText('First words').waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-unfinished');
  await agent.getByRole('button', { name: 'Go on writing' }).click();
  await expect.poll(() => body(agent).textContent()).toBe('First words');

  // The other window saves while this one is offline.
  await second.goto(agent.url());
  await second.getByRole('button', { name: 'Go on writing' }).click();
  await expect.poll(() => body(second).textContent()).toBe('First words');
  await agent.route('**/drafts/**', (route) => route.abort());
  await body(agent).click();
  await agent.keyboard.press('Control+End');
  await agent.keyboard.type(' of the first');
  await agent.getByText('Kept in this browser, saved as soon as Postroom answers').waitFor();
  await body(second).click();
  await second.keyboard.press('Control+End');
  await second.keyboard.type(' of the second');
  await expect
    .poll(async () => (await (await second.request.get(draftsOf(second))).json()).drafts?.[0]?.html)
    .toContain('of the second');
  await agent.unroute('**/drafts/**');
  await agent.keyboard.type('!');
  const conflict = agent.getByRole('alert').filter({ hasText: 'This draft was changed in another window.' });
  await conflict.getByText('First words of the second').waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-conflict');
  await conflict.getByRole('button', { name: 'Keep this one' }).click();
  await saved(agent);
  // The other window learns of the change at its next save at the latest.
  await body(second).click();
  await second.keyboard.press('Control+End');
  await second.keyboard.type('?');
  await second.getByRole('button', { name: 'Use the other one' }).click();
  await expect.poll(() => body(second).textContent()).toBe('First words of the first!');
  await second.close();
  await discard(agent);
});

/** The API path of the drafts of the conversation that a page shows. */
function draftsOf(page: Page): string {
  return `${environment.url}/api/instances/${instanceId}/drafts?conversationId=${page.url().split('/').at(-1)}`;
}
test('a colleague who is answering is shown', async () => {
  const admin = await openInbox();
  await opened(agent, 'Twice answered');
  await admin.goto(agent.url());
  await timeline(admin).waitFor();
  await agent.keyboard.press('r');
  await body(agent).click();
  await agent.keyboard.type('I am on it');
  await admin.getByText('John Carter is answering too').waitFor();
  await saveScreenshot(admin, 'composer-colleague');
  await discard(agent);
  await admin.getByText('John Carter is answering too').waitFor({ state: 'hidden' });
  await admin.context().close();
});

test('a reply is stopped where a colleague answered while it was written, and sent on request', async () => {
  const admin = await openInbox();
  await setUndoSeconds(admin, environment, 0);
  await opened(agent, 'Answered meanwhile');
  await admin.goto(agent.url());
  await timeline(admin).waitFor();
  await admin.keyboard.press('r');
  await body(admin).pressSequentially('From the admin');
  await saved(admin);
  await agent.keyboard.press('r');
  await body(agent).pressSequentially('From the agent');
  await agent.keyboard.press('Control+Enter');
  await timeline(admin).getByRole('article').nth(1).waitFor();
  await admin.keyboard.press('Control+Enter');
  const notice = admin
    .getByRole('alert')
    .filter({ hasText: 'Somebody wrote in this conversation meanwhile.' });
  await notice.waitFor();
  await saveScreenshot(admin, 'composer-answered-meanwhile');
  expect(await timeline(admin).getByRole('article').count()).toBe(2);
  await notice.getByRole('button', { name: 'Send all the same' }).click();
  await timeline(admin).getByRole('article').nth(2).waitFor();
  await composer(admin, 'Reply').waitFor({ state: 'hidden' });

  // What is written below the colleague's answer is sent at once.
  await timeline(agent).getByRole('article').nth(2).waitFor();
  await agent.keyboard.press('r');
  await body(agent).pressSequentially('Once more');
  await agent.keyboard.press('Control+Enter');
  await timeline(agent).getByRole('article').nth(3).waitFor();
  await admin.context().close();
});

test('a message is forwarded with its files to a name', async () => {
  const customer = await browser.newPage();
  await customer.goto(`${environment.google}/mail/tom.becker@mail.example/inbox`);
  await customer.getByRole('button', { name: 'Compose' }).click();
  await customer.getByLabel('To', { exact: true }).fill('support@acme.example');
  await customer.getByLabel('Subject').fill('The broken lamp');
  await customer.getByRole('textbox', { name: 'Message' }).click();
  await customer.keyboard.type('See the picture.');
  await customer
    .getByLabel('Attach files')
    .setInputFiles({ name: 'lamp.txt', mimeType: 'text/plain', buffer: Buffer.from('broken') });
  await customer.getByRole('button', { name: 'Send' }).click();
  await customer.waitForURL(({ pathname }) => !pathname.endsWith('/compose'));
  await customer.close();
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await agent.getByRole('link', { name: /The broken lamp/ }).click();
  await timeline(agent).getByRole('article').first().waitFor();
  await agent.keyboard.press('f');
  await composer(agent, 'Forward').waitFor();
  await composer(agent, 'Forward').getByText('Tom Becker').first().waitFor();
  await expect.poll(() => focused(agent)).toBe('To');
  await agent.keyboard.type('tom');
  await agent.getByRole('option', { name: /tom\.becker@mail\.example/ }).waitFor();
  await saveScreenshot(agent, 'composer-lookup');
  await agent.keyboard.press('ArrowDown');
  await agent.keyboard.press('Enter');
  await composer(agent, 'Forward').getByText('Tom Becker <tom.becker@mail.example>').waitFor();
  expect(await agent.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe('Fwd: The broken lamp');
  await composer(agent, 'Forward').getByText('lamp.txt').waitFor();
  await body(agent).click();
  await agent.keyboard.type('Please look at this.');
  await saved(agent);
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-forward');
  await agent.keyboard.press('Control+Enter');
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
  const source = await newest('tom.becker@mail.example', /Fwd: The broken lamp/);
  expect(source).toMatch(/Forwarded message/);
  expect(source).toMatch(/filename="?lamp\.txt/);
});

test('a new message is scheduled, sent, or opened in its own window', async () => {
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await agent.getByRole('navigation', { name: 'Views' }).waitFor();
  await agent.keyboard.press('c');
  await composer(agent, 'New message').waitFor();
  await expect.poll(() => focused(agent)).toBe('To');
  await agent.keyboard.type('ana.silva@mail.example');
  await agent.keyboard.press('Enter');
  await agent.getByRole('textbox', { name: 'Subject' }).fill('Your new lamp');
  await body(agent).click();
  await agent.keyboard.type('It comes on Friday.');
  await saved(agent);
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-new');
  const opening = agent.waitForEvent('popup');
  await agent.getByRole('button', { name: 'Open in a window of its own' }).click();
  const own = await opening;
  await expect.poll(() => body(own).textContent()).toBe('It comes on Friday.');
  await expectAccessible(own);
  await saveScreenshot(own, 'composer-window');
  await body(own).click();
  await own.keyboard.press('Control+End');
  await own.keyboard.type(' Be at home.');
  await own.getByRole('button', { name: 'Later, or with Done' }).click();
  await own.getByRole('menuitem', { name: /Tomorrow morning/ }).click();
  await own.getByText(/^Will be sent /).waitFor();
  await expectAccessible(own);
  await saveScreenshot(own, 'composer-window-later');
  await own.close();

  await agent.goto(`${environment.url}/acme/inbox/open`);
  await agent.getByRole('link', { name: /Your new lamp/ }).click();
  await timeline(agent).getByText('Scheduled', { exact: true }).waitFor();
  await saveScreenshot(agent, 'composer-scheduled');
  await timeline(agent).getByRole('button', { name: 'Edit' }).click();
  await composer(agent, 'New message').waitFor();
  await expect.poll(() => body(agent).textContent()).toBe('It comes on Friday. Be at home.');
  await agent.getByRole('button', { name: 'Send', exact: true }).click();
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
  expect(await newest('ana.silva@mail.example', /Your new lamp/)).toMatch(/To: ana\.silva@mail\.example/);
});

test('oversized files are rejected; a saved reply is filled in', async () => {
  await agent.goto(`${environment.url}/acme/settings/writing`);
  await agent.getByRole('textbox', { name: 'Signature' }).click();
  await agent.keyboard.type('John, Acme Support');
  await agent.getByRole('button', { name: 'Save signature' }).click();
  await agent.getByText('Signature saved').waitFor();
  await agent.getByRole('button', { name: 'Add saved reply' }).click();
  await agent.getByLabel('Name').fill('Thank you');
  await agent.getByRole('textbox', { name: 'Text' }).click();
  await agent.keyboard.type('Thank you, {{customer.firstName}}, from {{user.name}}.');
  await expectAccessible(agent);
  await saveScreenshot(agent, 'writing-settings');
  await agent.getByRole('button', { name: 'Save reply' }).click();
  await agent.getByText('/thank-you').waitFor();
  await agent.getByRole('button', { name: 'Delete thank-you' }).click();
  const dialog = agent.getByRole('dialog', { name: 'Delete /thank-you?' });
  await expectAccessible(agent);
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await dialog.waitFor({ state: 'detached' });

  // The saved replies come after the slash.
  const release = await holdRequests(agent, /\/saved-replies$/);
  await opened(agent, 'Canned');
  const uploads: string[] = [];
  agent.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().includes('/attachments/')) uploads.push(request.url());
  });
  await agent.keyboard.press('r');
  await body(agent).click();
  await agent.keyboard.type('/tha');
  release();
  await agent.getByRole('option', { name: /thank-you/ }).waitFor();
  await saveScreenshot(agent, 'composer-saved-reply');
  await agent.keyboard.press('Enter');
  await expect.poll(() => body(agent).textContent()).toContain('Thank you, Ana, from John Carter.');
  await composer(agent, 'Reply').getByText('John, Acme Support').waitFor();
  await give(agent, 'drop', { bytes: 26 * 1024 * 1024 });
  await agent.getByText(/film\.mp4 is too large: Gmail sends 25 MB/).waitFor();
  expect(uploads).toEqual([]);
  await expectAccessible(agent);
  await agent.getByRole('button', { name: 'Later, or with Done' }).click();
  await saveScreenshot(agent, 'composer-ways');
  await agent.getByRole('menuitem', { name: 'Send and set done' }).click();
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
  await agent.getByRole('button', { name: 'Reopen' }).waitFor();
});

/** Drops files or folders of this machine in the middle of an element, as a person does. */
async function dropFiles(page: Page, on: Locator, files: string[]): Promise<void> {
  const { x, y, width, height } = (await on.boundingBox())!;
  const at = { x: x + width / 2, y: y + height / 2 };
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      ...at,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  await session.detach();
}

test('Send waits for uploads, and stops at folders and placeholders', async () => {
  const files = await mkdtemp(path.join(tmpdir(), 'postroom-drop-'));
  await mkdir(path.join(files, 'Photos'));
  await writeFile(path.join(files, 'plan.txt'), 'The plan');
  await opened(agent, 'Beside');
  await agent.keyboard.press('r');
  await body(agent).waitFor();
  await expect.poll(() => focused(agent)).toBe('Message');
  await agent.keyboard.press('Control+Enter');
  await agent.getByText('Nothing is written yet.').waitFor();
  await agent.keyboard.type('Dear [Name], here it is.');
  await agent.getByText('Nothing is written yet.').waitFor({ state: 'hidden' });

  // Dropped on the message of the customer, in its frame.
  const message = timeline(agent).getByRole('article').first();
  await dropFiles(agent, message.locator('iframe'), [path.join(files, 'Photos')]);
  await agent.getByText('Photos is a folder, and a message can carry files only.').waitFor();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await agent.route('**/attachments/**', async (route) => {
    await held;
    await route.continue();
  });
  await dropFiles(agent, message, [path.join(files, 'plan.txt')]);
  await agent.getByRole('progressbar', { name: 'Uploading plan.txt' }).waitFor({ state: 'attached' });

  await body(agent).press('Control+Enter');
  await agent.getByRole('alert').getByText('[Name] is not filled in.').waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-placeholder');
  // It is selected, so that the next key replaces it.
  await expect.poll(() => agent.evaluate('getSelection().toString()')).toBe('[Name]');
  await agent.keyboard.type('Ana');
  await body(agent).press('Control+Enter');
  await agent.getByText('It is sent as soon as the files are uploaded.').waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-waits');
  release();
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
  const answer = timeline(agent).getByRole('article').last();
  await answer.frameLocator('iframe').getByText('Dear Ana, here it is.').waitFor();
  await answer.getByRole('link', { name: /Download plan.txt/ }).waitFor();
  await agent.unroute('**/attachments/**');
  await rm(files, { recursive: true });
});

test('an ended session goes on in place, and no letter is lost', async () => {
  await opened(agent, 'Session');
  await agent.keyboard.press('r');
  await body(agent).waitFor();
  await expect.poll(() => focused(agent)).toBe('Message');
  const text = 'What is written goes on while the session ends.';
  await agent.context().clearCookies();
  await agent.keyboard.type(text.slice(0, 10));
  const dialog = agent.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await agent.keyboard.type(text.slice(10), { delay: 60 });
  await expect.poll(() => focused(agent)).not.toBe('Message');
  await expectAccessible(agent);
  await saveScreenshot(agent, 'session-ended');
  await agent.keyboard.type(environment.demo.agent.password);
  await agent.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await saved(agent);
  expect(await body(agent).textContent()).toBe(text);
  await body(agent).press('Control+Enter');
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
});

test('a draft that is left a moment after the last key is kept', async () => {
  await opened(agent, 'At once');
  const url = agent.url();
  await agent.keyboard.press('r');
  await body(agent).waitFor();
  await expect.poll(() => focused(agent)).toBe('Message');
  await agent.keyboard.type('Left at once');
  await agent.goto('about:blank');
  const elsewhere = await openInbox('agent');
  await elsewhere.goto(url);
  await elsewhere.getByText('Unfinished reply').waitFor();
  await elsewhere.getByText('Left at once').waitFor();
  await elsewhere.context().close();
});

test('a failed message shows why, and is retried or edited', async () => {
  await opened(agent, 'Refused');
  await control(environment, '/faults', {
    account: 'support@acme.example',
    method: 'messages.send',
    kind: 'not-found',
    times: 2,
  });
  await agent.keyboard.press('r');
  await body(agent).click();
  await agent.keyboard.type('Will this leave?');
  await agent.keyboard.press('Control+Enter');
  const failed = timeline(agent).getByText('Not sent', { exact: true });
  await failed.waitFor();
  await timeline(agent).getByRole('alert').filter({ hasText: 'Gmail did not find the mailbox' }).waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-failed');
  await timeline(agent).getByRole('button', { name: 'Edit and resend' }).click();
  await expect.poll(() => body(agent).textContent()).toBe('Will this leave?');
  await control(environment, '/faults', {
    account: 'support@acme.example',
    method: 'messages.send',
    kind: 'not-found',
    times: 2,
  });
  await body(agent).press('Control+Enter');
  await failed.waitFor();
  await timeline(agent).getByRole('button', { name: 'Try again' }).click();
  await timeline(agent).getByText('Sent', { exact: true }).waitFor();
});

test('a bounced message can be edited and sent again', async () => {
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await agent.getByRole('navigation', { name: 'Views' }).waitFor();
  await agent.keyboard.press('c');
  await composer(agent, 'New message').waitFor();
  await expect.poll(() => focused(agent)).toBe('To');
  await agent.keyboard.type('nobody.here@mail.example');
  await agent.keyboard.press('Enter');
  await agent.getByRole('textbox', { name: 'Subject' }).fill('Are you there?');
  await body(agent).click();
  await agent.keyboard.type('Please answer.');
  await agent.keyboard.press('Control+Enter');
  await timeline(agent).getByText('Not delivered', { exact: true }).waitFor({ timeout: 40_000 });
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-came-back');
  await timeline(agent).getByRole('button', { name: 'Edit and resend' }).click();
  await composer(agent, 'Reply').getByText('nobody.here@mail.example').waitFor();
  await expect.poll(() => body(agent).textContent()).toBe('Please answer.');
  await timeline(agent).getByText('Not delivered', { exact: true }).waitFor();
  await discard(agent);
});

test('Google’s sending limit is shown before and after Send', async () => {
  await opened(agent, 'Limited');
  await control(environment, '/faults', {
    account: 'support@acme.example',
    method: 'messages.send',
    kind: 'sending-limit',
    times: 1,
    retryAfterSeconds: 3_600,
  });
  await agent.keyboard.press('r');
  await body(agent).click();
  await agent.keyboard.type('One too many');
  await agent.keyboard.press('Control+Enter');
  await timeline(agent)
    .getByText(/support@acme\.example is at Google’s sending limit until (\w{3} )?\d\d:\d\d/)
    .waitFor();
  await agent.keyboard.press('r');
  await composer(agent, 'Reply')
    .getByText(/support@acme\.example is at Google’s sending limit until/)
    .waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'composer-limited');
  await agent.keyboard.press('Escape');
});

test('on a phone the composer fills the screen', async () => {
  await setUndoSeconds(agent, environment, 10);
  const phone = await openInbox('agent', 400, 800, { colorScheme: 'dark', hasTouch: true });
  await opened(phone, 'In the hand');
  await phone.getByRole('button', { name: 'Reply all' }).click();
  const region = composer(phone, 'Reply all');
  await body(phone).click();
  await phone.keyboard.type('Written with two thumbs.');
  await saved(phone);
  expect(await region.boundingBox()).toEqual({ x: 0, y: 0, width: 400, height: 800 });
  await expectAccessible(phone);
  await saveScreenshot(phone, 'composer-phone');
  await phone.getByRole('button', { name: 'Close, and keep as a draft' }).click();
  await phone.getByText('Unfinished reply').waitFor();
  await expectAccessible(phone);
  await saveScreenshot(phone, 'composer-phone-unfinished');
  // So does Back in the browser, and nothing is lost.
  await phone.getByRole('button', { name: 'Go on writing' }).click();
  await body(phone).click();
  await phone.keyboard.press('Control+End');
  await phone.keyboard.type(' More.');
  await phone.goBack();
  await region.waitFor({ state: 'detached' });
  await phone.getByRole('heading', { name: 'In the hand' }).waitFor();
  await phone.getByRole('button', { name: 'Go on writing' }).click();
  await expect.poll(() => body(phone).textContent()).toBe('Written with two thumbs. More.');
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
  await timeline(phone)
    .getByText(/^Sending in \d+ s$/)
    .waitFor();
  await expectAccessible(phone);
  await saveScreenshot(phone, 'composer-phone-undo');
  await phone.goBack();
  await phone.waitForURL(/\/inbox\/open$/);
  await phone.goto(`${environment.url}/acme/settings/writing`);
  await phone.getByRole('heading', { name: 'Saved replies' }).waitFor();
  await expectAccessible(phone);
  await saveScreenshot(phone, 'writing-settings-phone');
  await phone.context().close();
});
