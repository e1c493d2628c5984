import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible, tabTo } from './accessibility.ts';
import { newUserContext, saveScreenshot, waitForNetworkIdle } from './browser.ts';
import { messages } from './messages.ts';
import { fillSampleInbox } from './sample-inbox.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import {
  callApi,
  connect,
  control,
  deliver,
  instanceOf,
  setUndoSeconds,
  signIn,
  startSession,
} from './steps.ts';

setUp();
let page: Page;
let ids: Map<string, string>;
let colleague: string;
const text = messages('en');

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await connect(page, environment, 'sales@acme.example');
  await setUndoSeconds(page, environment, 10);
  ids = await fillSampleInbox(page, environment);
  colleague = environment.demo.agent.name;
});

const open = async (path: string) => {
  await page.goto(`${environment.url}/acme/${path}`);
  await page.getByRole('main').waitFor();
};
const heading = (on: Page) => on.getByRole('heading', { level: 1 });
const announced = (on: Page) => on.locator('[data-announcements]').textContent();
const rows = (on = page) => on.getByRole('region', { name: 'Conversations' }).getByRole('link');

test('a morning by keyboard alone', async () => {
  // A browser that has no pointer.
  const morning = await (await newUserContext(browser)).newPage();
  const { keyboard } = morning;
  const { email, password } = environment.demo.admin;
  const focusedName = () =>
    morning.evaluate(
      `document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent`,
    );
  await morning.goto(`${environment.url}/sign-in`);
  await tabTo(morning, morning.getByLabel('Email'));
  await keyboard.type(email);
  await tabTo(morning, morning.getByLabel('Password', { exact: true }));
  await keyboard.type(password);
  await keyboard.press('Enter');
  await rows(morning).first().waitFor();

  // Walks the list, and reads.
  await deliver(environment, 'Where is parcel 5000?', '<p>Not here yet.</p>', 'mia@far.example');
  await morning.getByRole('link', { name: /parcel 5000/ }).waitFor();
  for (const key of ['j', 'j', 'k', 'Enter']) await keyboard.press(key);
  await expect.poll(() => heading(morning).textContent()).toBe('Where is parcel 5000?');
  await morning.getByRole('article').waitFor();
  await keyboard.press('Shift+Tab');
  await tabTo(morning, morning.getByRole('region', { name: 'Messages' }));
  await keyboard.press('PageDown');

  // Gives it to a colleague, tags it, answers, takes the answer back, and sends it.
  await keyboard.press('Shift+I');
  await keyboard.type(colleague.split(' ')[0]!);
  await keyboard.press('Enter');
  await expect.poll(() => announced(morning)).toContain(colleague);
  await keyboard.press('l');
  await keyboard.type('Order');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await morning.getByRole('button', { name: 'Take off Order' }).waitFor();
  await keyboard.press('r');
  const message = morning.getByRole('textbox', { name: 'Message', exact: true });
  await message.waitFor();
  await keyboard.type('It arrives today.');
  await keyboard.press('Control+Enter');
  const undo = morning.getByRole('article').getByRole('button', { name: 'Undo' });
  await tabTo(morning, undo);
  await keyboard.press('Enter');
  await expect.poll(() => message.textContent()).toContain('It arrives today.');
  await expect.poll(() => message.evaluate((field) => field.matches(':focus'))).toBe(true);
  await keyboard.press('Control+Enter');
  await undo.waitFor();

  // Writes a note, snoozes, and sets the next one done.
  await keyboard.press('n');
  await morning.getByRole('textbox', { name: 'Note', exact: true }).waitFor();
  await keyboard.type('The carrier called.');
  await keyboard.press('Control+Enter');
  await expect.poll(() => morning.getByRole('article').count()).toBe(3);
  await keyboard.press('s');
  await morning.getByRole('menuitem', { name: /Tomorrow morning/ }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await morning
    .getByText(/^Snoozed until/)
    .first()
    .waitFor();
  await keyboard.press('j');
  await expect.poll(() => heading(morning).textContent()).not.toBe('Where is parcel 5000?');
  const worked = await heading(morning).textContent();
  await keyboard.press('e');
  await expect.poll(() => heading(morning).textContent()).not.toBe(worked);

  // Searches, keeps the search as a filter, and goes to it.
  await keyboard.press('/');
  await keyboard.type('is:open tag:Return');
  await expect.poll(() => rows(morning).count()).toBe(2);
  await tabTo(morning, morning.getByRole('button', { name: 'Save this search as a filter' }));
  await keyboard.press('Enter');
  await keyboard.type('Returns');
  const filterName = morning.getByRole('textbox', { name: 'Name' });
  await expect.poll(() => filterName.inputValue()).toBe('Returns');
  await keyboard.press('Enter');
  await morning.getByRole('link', { name: /^Returns\s*2$/ }).waitFor();
  await keyboard.press('g');
  await keyboard.press('i');
  await keyboard.press('Control+k');
  await keyboard.type('Returns');
  await morning.getByRole('dialog').getByRole('button', { name: 'Returns', exact: true }).waitFor();
  await keyboard.press('Enter');
  await morning.waitForURL(/\/filter\//);
  await expect.poll(() => rows(morning).count()).toBe(2);

  // Looks at another mailbox, changes a setting, and signs out.
  await tabTo(morning, morning.getByRole('link', { name: /^sales@acme\.example/ }));
  await keyboard.press('Enter');
  await morning.waitForURL(/\/mailbox\//);
  await tabTo(morning, morning.getByRole('link', { name: 'Settings', exact: true }));
  await keyboard.press('Enter');
  await tabTo(morning, morning.getByRole('link', { name: 'Notifications' }));
  await keyboard.press('Enter');
  const mention = morning.getByRole('radiogroup', { name: 'Somebody mentions me' });
  await tabTo(morning, mention.getByRole('radio', { checked: true }));
  const stored = morning.waitForResponse((response) => response.request().method() === 'PATCH');
  await keyboard.press('ArrowRight');
  expect((await stored).status()).toBe(200);
  await morning.evaluate('document.activeElement.blur()');
  await keyboard.press('g');
  await keyboard.press('a');
  await morning.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  for (let presses = 0; presses < 6 && (await focusedName()) !== 'Sign out'; presses += 1)
    await keyboard.press('ArrowDown');
  expect(await focusedName()).toBe('Sign out');
  await keyboard.press('Enter');
  await morning.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
}, 240_000);

test('the shortcuts that the dialog lists work, and so does each command of the palette by its key', async () => {
  const conversation = (subject: string) => `inbox/open/${ids.get(subject)}`;
  const inConversation = async (subject: string) => {
    await open(conversation(subject));
    await page.getByRole('article').first().waitFor();
    // The composer's code is loaded and its buttons are there.
    await page.getByRole('button', { name: 'Reply', exact: true }).waitFor();
  };
  const inList = async () => {
    await open('inbox/open');
    await rows().first().waitFor();
    await page.keyboard.press('j');
  };
  /** What changes when a key does something: the page, what is open, what has the focus, what is said or marked. */
  const state = () =>
    page.evaluate<string>(`JSON.stringify([location.href, document.activeElement?.outerHTML.slice(0, 200),
      document.querySelector('[data-announcements]')?.innerHTML,
      [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox], [contenteditable=true]')]
        .filter((one) => one.checkVisibility()).length,
      [...document.querySelectorAll('[data-row]')].map((row) => row.parentElement.className + row.textContent),
      [...document.querySelectorAll('[role=alert], [title^=Assigned]')].map((one) => one.textContent + one.title)])`);
  const expectEffect = async (keys: string[], what: string) => {
    const before = await state();
    for (const key of keys) await page.keyboard.press(key);
    await expect.poll(state, { message: `${keys.join(' ')}: ${what}` }).not.toBe(before);
  };

  const subject = 'Gift wrapping';
  await inConversation(subject);
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByRole('row').first().waitFor();
  const listed = new Map(
    await Promise.all(
      (await dialog.getByRole('row').all()).map(
        async (row) =>
          [
            (await row.getByRole('cell').last().textContent())!,
            await row.locator('kbd').allInnerTexts(),
          ] as const,
      ),
    ),
  );
  // Where what is listed is tried, unless it is in a conversation.
  const places: Record<string, () => Promise<void>> = {
    [text['shortcuts.done']]: () => inConversation('Change of address'),
    [text['shortcuts.next']]: inList,
    [text['shortcuts.previous']]: async () => {
      await inList();
      await page.keyboard.press('j');
    },
    [text['shortcuts.open']]: inList,
    [text['shortcuts.send']]: async () => {
      await inConversation('Do you ship to Norway?');
      await page.keyboard.press('n');
      await page.getByRole('textbox', { name: 'Note', exact: true }).waitFor();
      await page.keyboard.type('Sent by a key');
    },
  };
  expect(listed.size).toBeGreaterThan(15);
  for (const [name, keys] of listed) {
    await (places[name]?.() ?? inConversation(subject));
    const names = keys.join(' ');
    const presses = names.startsWith('g i m u d')
      ? [
          ['g', 'm'],
          ['g', 'u'],
          ['g', 'd'],
          ['g', 'i'],
        ]
      : [
          /^⌘/.test(names)
            ? [`Control+${keys.at(-1) === 'enter' ? 'Enter' : keys.at(-1)}`]
            : names === '⇧ i'
              ? ['Shift+I']
              : keys.map((key) => ({ enter: 'Enter', esc: 'Escape' })[key] ?? key),
        ];
    for (const press of presses) await expectEffect(press, name);
  }

  // In each place, the keys that the palette shows there.
  const everywhere: Array<[string, () => Promise<void>]> = [
    ['a list', inList],
    [
      'a conversation that was searched for',
      async () => {
        await open(`search/${ids.get('Broken on arrival: lamp')}?q=lamp`);
        await page.getByRole('article').first().waitFor();
      },
    ],
    ['the customers', () => open('customers')],
  ];
  for (const [place, go] of everywhere) {
    await go();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog');
    await palette.getByRole('textbox').waitFor();
    const commands = await palette.locator('kbd').allInnerTexts();
    expect(commands.length, place).toBeGreaterThan(2);
    for (const key of commands) {
      await go();
      await expectEffect([key.startsWith('⇧') ? 'Shift+I' : key], place);
    }
  }
}, 240_000);

/** Delivers a mail to support@acme.example with these header fields; `body` is plain text. */
async function receive(from: string, fields: Record<string, string>, body: string): Promise<void> {
  const encoded = (value: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is encoded
    /[^\x00-\x7f]/.test(value) ? `=?utf-8?B?${Buffer.from(value).toString('base64')}?=` : value;
  const all = {
    To: 'support@acme.example',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  };
  const head = Object.entries(all).map(
    ([name, value]) => `${name}: ${name === 'Subject' ? encoded(value) : value}`,
  );
  const raw = [`From: ${from}`, ...head, '', body, ''].join('\r\n');
  const sender = /[^<\s]+@[^>\s]+/.exec(from)![0];
  await control(environment, '/deliver', {
    from: sender,
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
}

/** Controls without a name, in the accessibility tree of the page. */
async function unnamed(on: Page): Promise<string[]> {
  const tree = await on.locator('body').ariaSnapshot();
  return tree
    .split('\n')
    .filter((line) =>
      /^\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|switch|menuitem|option|tab)(?! ")/.test(
        line,
      ),
    );
}

test('a morning by the accessibility tree', async () => {
  const morning = await (await newUserContext(browser)).newPage();
  const { email, password } = environment.demo.admin;
  await morning.goto(`${environment.url}/sign-in`);
  await morning.getByRole('textbox', { name: 'Email' }).fill(email);
  await morning.getByRole('textbox', { name: 'Password' }).fill(password);
  expect(await unnamed(morning)).toEqual([]);
  await morning.getByRole('button', { name: 'Sign in' }).click();

  // One main part, and navigations that differ by their names; the list is one stop of Tab.
  const main = morning.getByRole('main');
  await rows(morning).first().waitFor();
  expect(await main.count()).toBe(1);
  for (const name of ['Main', 'Views'])
    expect(await morning.getByRole('navigation', { name, exact: true }).count()).toBe(1);
  expect(await morning.getByRole('search').count()).toBe(1);
  expect(await morning.locator('[data-row][tabindex="0"]').count()).toBe(1);
  expect(await unnamed(morning)).toEqual([]);

  // What comes in is said: in the list, and in the open conversation.
  await receive(
    'Lena Roth <lena@far.example>',
    { Subject: 'Wrong colour', 'Message-ID': '<colour@far.example>' },
    'It is red.',
  );
  await expect.poll(() => announced(morning)).toBe('New message from Lena Roth');
  await morning.getByRole('link', { name: /Wrong colour/ }).click();
  await main.getByRole('heading', { name: 'Wrong colour', level: 1 }).waitFor();
  await morning.getByRole('article', { name: 'Message from Lena Roth' }).getByText('It is red.').waitFor();
  await morning.getByRole('button', { name: /^Assignee/ }).click();
  await morning.getByRole('option', { name: 'Assign to me' }).click();
  await expect.poll(() => announced(morning)).toBe(`Assigned to ${environment.demo.admin.name}`);
  await morning.mouse.move(0, 0);
  const reply = { Subject: 'Re: Wrong colour', 'In-Reply-To': '<colour@far.example>' };
  await receive('Lena Roth <lena@far.example>', reply, 'I wanted blue.');
  await expect.poll(() => announced(morning)).toBe('New message from Lena Roth');
  await morning
    .getByRole('article', { name: 'Message from Lena Roth' })
    .getByText('I wanted blue.')
    .waitFor();

  // The tab says that something is new, until it is seen.
  await expect.poll(() => morning.title()).toBe('(1) Wrong colour – Acme');
  const icon = () => morning.locator('link[rel=icon]').getAttribute('href');
  expect(await icon()).toBe('/icon-unread.svg');
  await morning.getByRole('button', { name: /^Notifications/ }).click();
  await expect.poll(() => morning.title()).toBe('Wrong colour – Acme');
  expect(await icon()).toBe('/icon.svg');
  await morning.keyboard.press('Escape');

  await morning.getByRole('button', { name: 'Reply', exact: true }).click();
  const composer = morning.getByRole('region', { name: 'Reply' });
  await composer.getByRole('textbox', { name: 'Message' }).fill('Blue is on its way.');
  expect(await unnamed(morning)).toEqual([]);
  await composer.getByRole('button', { name: 'Send', exact: true }).click();
  await morning.getByRole('article', { name: `Message from ${environment.demo.admin.name}` }).waitFor();
  await morning.getByRole('button', { name: 'Done', exact: true }).click();
  await main.getByRole('heading', { name: 'Wrong colour', level: 1 }).waitFor({ state: 'detached' });
  await morning.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await morning.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Tags' }).click();
  await main.getByRole('heading', { name: 'Tags', level: 1 }).waitFor();
  expect(await unnamed(morning)).toEqual([]);
  await morning.getByRole('button', { name: /^Account/ }).click();
  await morning.getByRole('menuitem', { name: 'Sign out' }).click();
  await morning.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
  await morning.context().close();
});

test('panes fold, rows change their height, and the customer opens as a drawer where there is no room', async () => {
  await open(`inbox/open/${ids.get('Invoice for August')}`);
  const views = page.getByRole('link', { name: /^Unassigned/ });
  await views.waitFor();
  const width = async () => (await page.getByRole('navigation', { name: 'Main' }).boundingBox())!.width;
  const height = async () => (await rows().first().boundingBox())!.height;
  const customer = page.getByRole('complementary', { name: 'Customer' });
  const [openWidth, compactHeight] = [await width(), await height()];
  await page.getByRole('button', { name: 'Fold the sidebar' }).click();
  await page.getByRole('button', { name: 'Comfortable list' }).click();
  await page.getByRole('button', { name: 'Hide customer details' }).click();
  await expect.poll(width).toBeLessThan(openWidth / 2);
  await expect.poll(height).toBeGreaterThan(compactHeight);
  await customer.waitFor({ state: 'detached' });
  // Kept in this browser, and every view keeps its name.
  await page.reload();
  await views.waitFor();
  expect(await width()).toBeLessThan(openWidth / 2);
  expect(await height()).toBeGreaterThan(compactHeight);
  expect(await customer.count()).toBe(0);

  await page.getByRole('button', { name: 'Unfold the sidebar' }).click();
  await page.getByRole('button', { name: 'Compact list' }).click();
  await page.getByRole('button', { name: 'Customer details' }).click();
  await customer.waitFor();
  await expect.poll(height).toBe(compactHeight);
  await page.setViewportSize({ width: 1000, height: 800 });
  await customer.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Customer details' }).click();
  await customer.getByText('noah.meyer@mail.example').waitFor();
  await expectAccessible(page, 'customer drawer');
  await page.keyboard.press('Escape');
  await customer.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('a mailto link of a message opens the composer, and sends nothing by itself', async () => {
  const link =
    'mailto:shop@far.example?cc=boss@far.example&bcc=spy@far.example&attach=a.txt&subject=Order%201%2B1&body=Hello%2C%0D%0Atwo%20lines';
  await deliver(
    environment,
    'Write to the shop',
    `<p><a href="${link.replaceAll('&', '&amp;')}">Write</a></p>`,
  );
  await open('inbox/open');
  await page.getByRole('link', { name: /Write to the shop/ }).click();
  await page.frameLocator('article iframe').first().getByRole('link', { name: 'Write' }).click();
  await page.waitForURL(/\/new\//);
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await expect.poll(() => message.locator('p').allTextContents()).toEqual(['Hello,', 'two lines']);
  expect(await page.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe('Order 1+1');
  await page.getByText('shop@far.example').waitFor();
  await page.getByText('boss@far.example').waitFor();
  expect(await page.getByText('spy@far.example').count()).toBe(0);
  expect(await page.getByRole('list', { name: 'Attachments' }).getByRole('listitem').count()).toBe(0);
  await page.goBack();
  await page.getByRole('heading', { name: 'Write to the shop', level: 1 }).waitFor();
});

test.each([
  ['p', 'article'],
  ['k', 'main'],
])('Ctrl+%s is not the browser’s as soon as its %s is shown', async (key, element) => {
  const page = await (await newUserContext(browser)).newPage();
  await page.addInitScript(`
    window.print = () => {};
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector('${element}')?.checkVisibility({ visibilityProperty: true })) return;
      observer.disconnect();
      const press = new KeyboardEvent('keydown', { key: '${key}', ctrlKey: true, bubbles: true, cancelable: true });
      document.body.dispatchEvent(press);
      window.handled = press.defaultPrevented;
    }).observe(document, { attributes: true, childList: true, subtree: true });`);
  await startSession(page, environment);
  await page.goto(`${environment.url}/acme/inbox/open/${ids.get('Wrong size delivered')}`);
  await expect.poll(() => page.evaluate('window.handled')).toBe(true);
  await page.context().close();
});

test('a conversation is printed on white, whole, and with exact times', async () => {
  const printed = await (await newUserContext(browser, 1280, 720, { colorScheme: 'dark' })).newPage();
  await printed.addInitScript('window.print = () => { window.printed = true; }');
  await signIn(printed, environment);
  await printed.goto(`${environment.url}/acme/inbox/open/${ids.get('Wrong size delivered')}`);
  await printed.getByRole('article').first().waitFor();
  await printed.keyboard.press('Control+p');
  await expect.poll(() => printed.evaluate('window.printed')).toBe(true);
  const year = new Date().getFullYear();
  await expect.poll(() => printed.locator('article time').first().textContent()).toContain(String(year));
  const behind = () => printed.evaluate('getComputedStyle(document.body).backgroundColor');
  await expect.poll(behind).toBe('rgb(255, 255, 255)');
  expect(await printed.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false);
  await saveScreenshot(printed, 'printed');
  await printed.evaluate("window.dispatchEvent(new Event('afterprint'))");
  await expect.poll(behind).toBe('rgb(22, 22, 20)');
  await printed.context().close();
});

test('words written from right to left keep their direction wherever they stand', async () => {
  const name = 'נועה כהן';
  const encodedName = `=?utf-8?B?${Buffer.from(name).toString('base64')}?=`;
  const from = `${encodedName} <noa@rtl.example>`;
  const boundary = { 'Content-Type': 'multipart/mixed; boundary=b' };
  const parts = [
    ['Content-Type: text/plain; charset=utf-8', '', 'שלום, הזמנתי לפני שבוע.'],
    [
      'Content-Type: text/plain; charset=utf-8',
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent('חשבונית.txt')}`,
      '',
      'שלום',
    ],
  ];
  const body = `${parts.map((part) => `--b\r\n${part.join('\r\n')}\r\n`).join('')}--b--`;
  await receive(from, { Subject: 'איפה ההזמנה שלי?', ...boundary }, body);
  await open('inbox/open');
  const row = page.getByRole('link', { name: /איפה/ });
  await row.waitFor();
  const conversationId = await row.getAttribute('data-row');
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  const call = <Body>(method: string, path: string, content?: object) =>
    callApi<Body>(page, environment, method, `${instance}${path}`, content);
  const id = () => crypto.randomUUID();
  const tag = id();
  await call('PUT', `/tags/${tag}`, { name: 'דחוף', color: 'red' });
  await call('PATCH', `/conversations/${conversationId}`, { addTags: [tag] });
  await call('PUT', `/filters/${id()}`, { name: 'החזרות', query: 'הזמנתי', shared: false });
  await call('PUT', `/saved-replies/${id()}`, { name: 'thanks', html: '<p>תודה רבה</p>' });
  const { conversation } = await call<{ conversation: { customer: { id: string } } }>(
    'GET',
    `/conversations/${conversationId}`,
  );
  const customer = conversation.customer.id;
  await call('POST', `/customers/${customer}/notes`, { body: 'מעדיפה טלפון' });

  /** Hebrew texts that stand in a text of the other direction, or would give it theirs. */
  const wrong = () =>
    page.evaluate<string[]>(`(() => {
      const letters = /[\\u0590-\\u05ff]/, found = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const at = text.data.search(letters);
        if (at < 0 || !text.parentElement.checkVisibility()) continue;
        const style = getComputedStyle(text.parentElement);
        const ownDirection = style.direction === 'rtl' || style.unicodeBidi === 'plaintext';
        const isolated = !/\\p{L}/u.test(text.data.slice(0, at)) || text.data.slice(0, at).includes('\\u2068');
        if (!ownDirection || !isolated) found.push(text.data);
      }
      for (const field of document.querySelectorAll('input:not([type=hidden]), textarea'))
        if (letters.test(field.value) && getComputedStyle(field).unicodeBidi !== 'plaintext') found.push(field.value);
      return found;
    })()`);
  const places: Array<[string, string]> = [
    [`inbox/open/${conversationId}`, 'מעדיפה טלפון'],
    [`search?q=${encodeURIComponent('הזמנתי')}`, name],
    ['customers', name],
    [`customers/${customer}`, 'מעדיפה טלפון'],
    ['settings/tags', ''],
    ['settings/writing', ''],
  ];
  const shown: Record<string, string[]> = {};
  for (const [place, words] of places) {
    await open(place);
    if (words) await page.getByText(words).first().waitFor();
    await waitForNetworkIdle(page);
    await saveScreenshot(page, `right-to-left-${place.replace(/\W.*/, '')}`);
    shown[place] = await wrong();
  }
  // The timeline's events, the palette, and the menu of tags.
  await open(`inbox/open/${conversationId}`);
  await page.getByText('added the tag').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('הזמנתי');
  await page.getByRole('dialog').getByText(name).first().waitFor();
  shown.palette = await wrong();
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  shown.composer = await wrong();
  expect(shown).toEqual(Object.fromEntries(Object.keys(shown).map((place) => [place, []])));
});
