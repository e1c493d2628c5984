import type { CDPSession, Locator, Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf } from './steps.ts';

setUp();
let page: Page;
let processor: CDPSession;
let instanceId: string;
/** One for each test: a draft that the page of the test before saves as it is left is in none of the others. */
let conversationIds: string[];
beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  instanceId = await instanceOf(page, environment);
  const count = cases.length + menus.length + 2;
  for (let index = 0; index < count; index += 1) {
    const from = `customer-${index}@far.example`;
    await deliver(environment, 'Where is my parcel?', '<p>It has not come.</p>', from);
  }
  const path = `/api/instances/${instanceId}/conversations?view=open`;
  type Conversations = { conversations: Array<{ id: string }> };
  conversationIds = await vi.waitUntil(
    async () => {
      const { conversations } = await callApi<Conversations>(page, environment, 'GET', path);
      return conversations.length === count && conversations.map(({ id }) => id);
    },
    { timeout: 20_000, interval: 100 },
  );
  processor = await page.context().newCDPSession(page);
});
beforeEach(async ({ onTestFailed }) => {
  await slowDown(1);
  onTestFailed(() => console.log(environment.server.output()));
});

/** Contains every letter that is a shortcut, and keys that move in a list. */
const typed = 'sie erhalten jul xgfc';

type Opened = { keys: string[]; field(): Locator };
const message = () => page.getByRole('textbox', { name: 'Message', exact: true });
const opened: Record<string, Opened> = {
  reply: { keys: ['r'], field: message },
  'reply all': { keys: ['a'], field: message },
  note: { keys: ['n'], field: () => page.getByRole('textbox', { name: 'Note', exact: true }) },
  forward: { keys: ['f'], field: () => page.locator('input[aria-label=To]') },
  'new message': { keys: ['c'], field: () => page.locator('input[aria-label=To]') },
  search: { keys: ['/'], field: () => page.getByRole('combobox', { name: 'Search', exact: true }) },
  'tag menu': { keys: ['l'], field: () => page.getByRole('combobox', { name: 'Find or make a tag' }) },
  palette: { keys: ['Control+k'], field: () => page.getByRole('dialog').getByRole('textbox') },
  'snooze time': { keys: ['s'], field: () => page.getByRole('dialog').getByRole('textbox') },
};
const delays = [25, 60, 120];
// All three speeds where a composer opens on its own and below a conversation, else one of them each.
const cases = Object.keys(opened).flatMap((name, index) =>
  (name === 'reply' || name === 'new message' ? delays : [delays[index % 3]!]).map(
    (delay) => [name, delay] as const,
  ),
);

/** How many times slower the processor of the page is than the machine's. */
const slowDown = (rate: number) => processor.send('Emulation.setCPUThrottlingRate', { rate });

/** Opens a conversation with nothing loaded or kept in the browser before. */
async function openFresh(conversationId: string): Promise<void> {
  // Not in the page itself, which stores its texts again as it is left.
  await page.goto(`${environment.url}/api/me`);
  await page.evaluate('localStorage.clear()');
  await page.goto(`${environment.url}/acme/inbox/open/${conversationId}`);
  await page.getByRole('article').first().waitFor();
}

test.each(cases)('%s, then a letter each %d ms: all of it is in the field', async (name, delay) => {
  const { keys, field } = opened[name]!;
  const conversationId = conversationIds.pop()!;
  const path = `/api/instances/${instanceId}/conversations/${conversationId}`;
  const before = await callApi<{ conversation: object; events: unknown[] }>(page, environment, 'GET', path);
  await openFresh(conversationId);
  await slowDown(6);
  for (const key of keys) await page.keyboard.press(key);
  await page.keyboard.type(typed, { delay });
  const value = () =>
    field().evaluate((element) => (element as { value?: string }).value ?? element.textContent);
  await expect.poll(value, { timeout: 15_000 }).toBe(typed);
  const after = await callApi<{ conversation: object; events: unknown[] }>(page, environment, 'GET', path);
  expect(after.events).toEqual(before.events);
});

/** What keys open, the keys that follow at once, and what these choose. */
const menus: Array<[name: string, keys: string[], chosen: () => Locator]> = [
  ['snooze menu, the first', ['s', 'Enter'], () => page.getByText(/^Snoozed until/).first()],
  ['snooze menu', ['s', 'ArrowDown', 'Enter'], () => page.getByText(/^Snoozed until/).first()],
  [
    'account menu',
    ['g', 'a', 'ArrowDown', 'ArrowDown', 'Enter'],
    () => page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
  ],
  [
    'assign menu',
    ['Shift+I', ...'me', 'Enter'],
    () => page.getByRole('button', { name: /^Assignee: (?!Unassigned)/ }),
  ],
  ['tag menu', ['l', ...'urgent', 'Enter'], () => page.getByRole('button', { name: 'Take off urgent' })],
  [
    'palette',
    ['Control+k', ...'these', 'Enter'],
    () => page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
  ],
  [
    'search by the palette',
    ['Control+k', ...'parcel', 'Enter'],
    () => page.getByRole('heading', { name: 'parcel', exact: true }),
  ],
  [
    'new message',
    ['c', ...'ana@far.example', 'Enter'],
    () => page.locator('.mantine-Pill-label', { hasText: 'ana@far.example' }),
  ],
  ['search', ['/', ...'parcel', 'Enter'], () => page.getByRole('heading', { name: 'parcel', exact: true })],
];

test.each(menus)('%s, then keys at once: they choose in it', async (_name, keys, chosen) => {
  await openFresh(conversationIds.pop()!);
  await slowDown(6);
  for (const key of keys) await page.keyboard.press(key);
  await chosen().waitFor();
});

test('snooze menu of the bar of selected conversations, then keys at once: they choose in it', async () => {
  await openFresh(conversationIds.pop()!);
  // Back in the list its row is at the cursor.
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Choose a conversation' }).waitFor();
  await slowDown(6);
  for (const key of ['s', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  await page.getByText('1 conversation changed').waitFor();
});

test('shortcuts work with other layouts, Caps Lock, and after a click into a message', async () => {
  const conversationId = conversationIds.pop()!;
  const open = () => openFresh(conversationId);
  const note = page.getByRole('textbox', { name: 'Note', exact: true });
  const send = (init: object) =>
    page.evaluate(`document.body.dispatchEvent(new KeyboardEvent('keydown', {
      ...${JSON.stringify(init)}, bubbles: true, cancelable: true }))`);
  // `n` on a Russian layout, and with Caps Lock.
  for (const key of ['т', 'N']) {
    await open();
    await send({ key, code: 'KeyN' });
    await note.waitFor();
  }
  // Keys of an input method open nothing: the next key, which is none, does.
  await open();
  await send({ key: 'n', code: 'KeyN', isComposing: true });
  await send({ key: 'Process', code: 'KeyN', keyCode: 229 });
  await send({ key: '?', code: 'Slash', shiftKey: true });
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  expect(await note.count()).toBe(0);

  await open();
  await page.frameLocator('iframe').first().getByText('It has not come.').click();
  await page.keyboard.press('n');
  await note.waitFor();
  await page.keyboard.type('seen');
  await expect.poll(() => note.textContent()).toBe('seen');
  // Escape closes the composer, and then, again from within the message, the conversation.
  await page.keyboard.press('Escape');
  await note.waitFor({ state: 'detached' });
  await page.frameLocator('iframe').first().getByText('It has not come.').click();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Choose a conversation' }).waitFor();
});
