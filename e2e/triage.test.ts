import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { clippedTexts, expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, instanceOf, setUndoSeconds } from './steps.ts';

setUp();
let agent: Page;
let instance: string;

const people = ['Ana Silva', 'Bo Lind', 'Cem Kaya', 'Dana Fox', 'Eva Roth'];
const about = ['Refund for order', 'Where is my parcel', 'Invoice missing for', 'Broken on arrival:'];

/** Delivers a customer's message. */
async function write(name: string, subject: string, text: string): Promise<void> {
  const address = `${name.toLowerCase().replace(' ', '.')}@far.example`;
  const raw = `From: ${name} <${address}>\r\nTo: support@acme.example\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;
  await control(environment, '/deliver', {
    from: address,
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
}

type Row = { id: string; subject: string; status: string; tags: Array<{ name: string }>; unread: boolean };
const inView = async (view: string) =>
  (
    await callApi<{ conversations: Row[] }>(
      agent,
      environment,
      'GET',
      `${instance}/conversations?view=${view}&limit=200`,
    )
  ).conversations;

async function scan(page: Page, what: string) {
  await saveScreenshot(page, what);
  await expectAccessible(page, what);
}

beforeAll(async () => {
  const admin = await openInbox();
  await connect(admin, environment, 'support@acme.example');
  for (let count = 1; count <= 20; count += 1) {
    const name = people[count % people.length]!;
    await write(
      name,
      `${about[count % about.length]} ${count}`,
      `Hello, this is about order A-${1000 + count}.`,
    );
  }
  await admin.close();
  agent = await openInbox('agent');
  instance = `/api/instances/${await instanceOf(agent, environment)}`;
  await setUndoSeconds(agent, environment, 0);
});

const rows = () => agent.getByRole('region', { name: 'Conversations' }).getByRole('link');
const heading = () => agent.locator('main h1');
const press = (keys: string) => agent.keyboard.press(keys);

test('conversations are answered, snoozed, assigned, tagged by keyboard', async () => {
  await expect.poll(async () => (await inView('open')).length, { timeout: 60_000 }).toBe(20);
  await agent.getByRole('link', { name: /All open\s*20/ }).waitFor();
  await expect.poll(() => rows().count()).toBeGreaterThan(8);
  const first = (await inView('open'))[0]!;
  await expect.poll(() => rows().first().textContent()).toContain(first.subject);
  await press('j');
  await press('Enter');
  await expect.poll(() => heading().textContent()).toBe(first.subject);
  await scan(agent, 'morning-conversation');

  // Five conversations are answered and marked done by keyboard.
  for (let count = 0; count < 5; count += 1) {
    const before = await heading().textContent();
    await press('r');
    await agent.getByRole('textbox', { name: 'Message' }).waitFor();
    await agent.keyboard.type(`Answer number ${count}.`);
    await press('Control+Enter');
    await expect.poll(() => agent.getByRole('article').count()).toBe(2);
    await agent.getByRole('textbox', { name: 'Message' }).waitFor({ state: 'detached' });
    // Done goes on to the next conversation.
    await press('e');
    await expect.poll(() => heading().textContent()).not.toBe(before);
  }
  await agent.getByRole('link', { name: /All open\s*15/ }).waitFor();
  expect(await inView('done')).toHaveLength(5);

  // Assigned to the agent.
  await press('i');
  await agent.getByRole('link', { name: /Mine\s*1/ }).waitFor();
  // Typing a name creates a tag; for the next conversation it is chosen from the list.
  for (const keys of ['Refu', 'ref']) {
    await press('l');
    await agent.getByRole('combobox', { name: 'Find or make a tag' }).waitFor();
    await agent.keyboard.type(keys === 'Refu' ? 'Refund' : keys);
    await agent.getByRole('option').first().waitFor();
    await press('Enter');
    await agent.getByRole('button', { name: 'Take off Refund' }).waitFor();
    await press('Escape');
    await agent.getByRole('combobox', { name: 'Find or make a tag' }).waitFor({ state: 'detached' });
    const before = await heading().textContent();
    await press('j');
    await expect.poll(() => heading().textContent()).not.toBe(before);
  }
  // The page shows a tag before the server has it.
  await expect.poll(async () => (await inView('open')).filter(({ tags }) => tags.length > 0).length).toBe(2);

  // Snoozed until a typed time; the interpreted time is shown first.
  await press('s');
  await agent.getByRole('menuitem', { name: /Tomorrow morning/ }).waitFor();
  await agent.keyboard.type('tomorrow 14');
  const time = agent.getByRole('textbox', { name: 'A time' });
  expect(await time.inputValue()).toBe('tomorrow 14');
  await agent
    .getByRole('status')
    .filter({ hasText: /day .* 14:00$/ })
    .waitFor();
  await saveScreenshot(agent, 'morning-typed-time');
  await press('Enter');
  await agent.getByRole('link', { name: /Snoozed\s*1/ }).waitFor();
  await agent.getByRole('link', { name: /All open\s*14/ }).waitFor();
  // Until the menu is closed, it handles Escape.
  await time.waitFor({ state: 'detached' });
});

test('several conversations are changed at once, and undone', async () => {
  await press('Escape');
  await agent.getByRole('heading', { name: 'Choose a conversation' }).waitFor();
  const ids = (await inView('open')).map(({ id }) => id);
  await press('k');
  for (let up = 0; up < 20; up += 1) await press('k');
  for (let count = 0; count < 3; count += 1) {
    await press('x');
    await press('j');
  }
  await agent.getByRole('toolbar', { name: 'Selected conversations' }).getByText('3 selected').waitFor();
  await scan(agent, 'morning-selected');
  await press('e');
  await agent.getByText('3 conversations changed').waitFor();
  expect(await clippedTexts(agent)).toEqual([]);
  await agent.getByRole('link', { name: /All open\s*11/ }).waitFor();
  expect((await inView('open')).map(({ id }) => id)).toEqual(ids.slice(3));
  await agent
    .getByRole('alert')
    .filter({ hasText: '3 conversations changed' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await agent.getByText('3 changes undone').waitFor();
  await agent.getByRole('link', { name: /All open\s*14/ }).waitFor();
  expect((await inView('open')).map(({ id }) => id)).toEqual(ids);
});

test('a new conversation appears at its position without a reload', async () => {
  await write('Zoe New', 'Just arrived', 'A moment ago.');
  await agent.getByRole('link', { name: /Zoe New.*Just arrived/s }).waitFor();
  await agent.getByRole('link', { name: /All open\s*15/ }).waitFor();
  await expect.poll(async () => (await rows().first().textContent())?.includes('Just arrived')).toBe(true);
});

test('nothing moves under the pointer, and a scrolled list stays where it is', async () => {
  const list = agent.getByRole('region', { name: 'Conversations' });
  const subject = (await inView('open'))[1]!.subject;
  const resting = list.getByRole('link', { name: subject });
  await resting.hover();
  await write('Hal Rest', 'Came while it rests', 'Under the pointer.');
  const waiting = list.getByRole('button', { name: 'Show 1 change' });
  await waiting.waitFor();
  await saveScreenshot(agent, 'list-held');
  expect(await rows().filter({ hasText: 'Came while it rests' }).count()).toBe(0);
  await agent.mouse.down();
  await agent.mouse.up();
  await expect.poll(() => heading().textContent()).toBe(subject);
  await agent.mouse.move(900, 300);
  await expect.poll(() => rows().first().textContent()).toContain('Came while it rests');
  expect(await waiting.count()).toBe(0);

  const scrollTop = () => list.evaluate((element) => element.scrollTop);
  await list.evaluate((element) => element.scrollTo(0, 90));
  for (const [reducedMotion, count] of [
    ['no-preference', 17],
    ['reduce', 18],
  ] as const) {
    await agent.emulateMedia({ reducedMotion });
    const scrolled = await scrollTop();
    const inSight = rows().filter({ hasText: (await inView('open'))[7]!.subject });
    const before = await inSight.boundingBox();
    await write('Sia Scroll', `Came while it is scrolled, ${reducedMotion}`, 'Above.');
    await agent.getByRole('link', { name: new RegExp(`All open\\s*${count}`) }).waitFor();
    await expect.poll(scrollTop).toBeGreaterThan(scrolled);
    expect(await inSight.boundingBox()).toEqual(before);
  }
  await agent.emulateMedia({ reducedMotion: null });

  // A link to a conversation far down shows its row.
  const last = (await inView('open')).at(-1)!;
  await agent.goto(`${environment.url}/acme/inbox/open/${last.id}`);
  await expect.poll(() => rows().filter({ hasText: last.subject }).isVisible()).toBe(true);
  await expect.poll(scrollTop).toBeGreaterThan(0);
});

test('what others changed since it was selected stays in view and is left out', async () => {
  await agent.goto(`${environment.url}/acme/inbox/open`);
  const [first, second] = (await inView('open')) as [Row, Row];
  await rows().first().waitFor();
  for (const { subject } of [first, second])
    await agent.getByRole('button', { name: new RegExp(`^Select .*: ${subject}$`) }).click();
  await agent.mouse.move(900, 300);
  const colleague = await openInbox('admin');
  await callApi(colleague, environment, 'PATCH', `${instance}/conversations/${second.id}`, {
    status: 'done',
  });
  await colleague.context().close();
  await agent.getByTitle('No longer in this list').getByText(second.subject).waitFor();
  await saveScreenshot(agent, 'selected-and-gone');
  await press('s');
  await agent.getByRole('menuitem', { name: /Tomorrow morning/ }).click();
  await agent.getByText('1 conversation changed').waitFor();
  await agent.getByRole('listitem').filter({ hasText: second.subject }).waitFor();
  await scan(agent, 'left-out');
  expect((await inView('done')).map(({ id }) => id)).toContain(second.id);
  expect((await inView('snoozed')).map(({ id }) => id)).toContain(first.id);
  await agent.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await agent.getByText('1 change undone').waitFor();
  await agent.getByTitle('No longer in this list').waitFor({ state: 'detached' });
});

test('search finds while typing, marks matches, is saved as a filter', async () => {
  await press('/');
  await agent.keyboard.type('brokne');
  await agent.getByText('Did you mean').waitFor();
  await scan(agent, 'morning-misspelt');
  await agent.getByRole('link', { name: 'broken', exact: true }).click();
  await expect.poll(() => rows().count()).toBeGreaterThan(1);
  await press('/');
  await press('Control+a');
  await agent.keyboard.type('broken a-1007');
  await expect.poll(() => rows().count()).toBe(1);
  expect(await rows().locator('mark').allTextContents()).toEqual(expect.arrayContaining(['Broken', 'A']));
  await scan(agent, 'morning-search');
  await press('Enter');
  await press('j');
  await press('Enter');
  await expect.poll(() => heading().textContent()).toBe('Broken on arrival: 7');
  await press('Escape');

  await press('/');
  await press('Control+a');
  await agent.keyboard.type('tag:');
  await agent.getByRole('option', { name: 'tag:Refund' }).waitFor();
  await press('ArrowDown');
  await press('Enter');
  await expect.poll(() => rows().count()).toBe(2);
  await press('Tab');
  await press('Enter');
  await agent.getByRole('textbox', { name: 'Name' }).fill('Refunds');
  await press('Enter');
  // It shows its number of conversations, as a view does.
  await agent.getByRole('link', { name: /^Refunds\s*2$/ }).waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  await scan(agent, 'morning-filter');
  // Renamed in place.
  await agent.getByRole('button', { name: 'Actions for Refunds' }).click();
  await agent.getByRole('menuitem', { name: 'Rename filter' }).click();
  await agent.getByRole('textbox', { name: 'Name' }).fill('Money back');
  const saved = agent.waitForResponse(
    (response) => response.request().method() === 'PUT' && /\/filters\//.test(response.url()),
  );
  await press('Enter');
  await agent.getByRole('link', { name: /^Money back\s*2$/ }).waitFor();
  // The name is shown before it is saved.
  await saved;
  await agent.reload();
  await agent.getByRole('link', { name: /^Money back\s*2$/ }).waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  // Its search is changed elsewhere: the open list stays until the new one is asked for.
  const filtersPath = `/api/instances/${await instanceOf(agent, environment)}/filters`;
  const [filter] = (
    await callApi<{ filters: Array<{ id: string; name: string; query: string; shared: boolean }> }>(
      agent,
      environment,
      'GET',
      filtersPath,
    )
  ).filters;
  const { id, name, shared, query } = filter!;
  const put = (changed: string) =>
    callApi(agent, environment, 'PUT', `${filtersPath}/${id}`, { name, shared, query: changed });
  await put('nothing-has-this-word');
  await agent.getByRole('button', { name: 'Changed: show the new search' }).waitFor();
  expect(await rows().count()).toBe(2);
  await agent.getByRole('button', { name: 'Changed: show the new search' }).click();
  await expect.poll(() => rows().count()).toBe(0);
  await put(query);
  await press('/');
  await press('Control+a');
  await agent.keyboard.type('tag:unknown ');
  await agent.getByRole('heading', { name: 'There is no tag “unknown”' }).waitFor();
  await press('Escape');
  // Deleted once that is confirmed.
  const link = agent.getByRole('link', { name: /^Money back/ });
  await link.click();
  for (const answer of ['Keep', 'Delete filter']) {
    await agent.getByRole('button', { name: 'Actions for Money back' }).click();
    await agent.getByRole('menuitem', { name: 'Delete filter' }).click();
    const dialog = agent.getByRole('dialog', { name: 'Delete the filter Money back?' });
    await dialog.getByRole('button', { name: answer }).click();
    await dialog.waitFor({ state: 'detached' });
    if (answer === 'Keep') expect(await link.isVisible()).toBe(true);
    else await link.waitFor({ state: 'detached' });
  }
});

test('by keyboard alone: the list is one tab stop, and its keys change the row at the cursor', async () => {
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await rows().first().waitFor();
  expect(await agent.locator('[data-row][tabindex="0"]').count()).toBe(1);
  await agent.keyboard.press('Tab');
  await agent.keyboard.press('Enter');
  await agent.keyboard.press('ArrowDown');
  const focused = () => agent.evaluate('document.activeElement?.dataset.row');
  const [, second] = (await inView('open')) as [Row, Row];
  await expect.poll(focused).toBe(second.id);
  await agent.keyboard.press('u');
  await expect.poll(async () => (await inView('open'))[1]!.unread).toBe(true);
  await agent.keyboard.press('Enter');
  await expect.poll(() => heading().textContent()).toBe(second.subject);
  await expect.poll(async () => (await inView('open'))[1]!.unread).toBe(false);
  const announced = () => agent.locator('[data-announcements]').textContent();
  await agent.keyboard.press('Shift+I');
  await agent.keyboard.type('unass');
  await agent.keyboard.press('Enter');
  await expect.poll(announced).toBe('Assigned to nobody');
  await agent.keyboard.press('Control+k');
  await agent.keyboard.type('assign to nobo');
  await agent.getByRole('dialog').getByText('Assign to nobody').waitFor();
  await agent.keyboard.press('Escape');
  await agent.keyboard.press('u');
  await expect.poll(() => agent.url()).toMatch(/inbox\/open$/);
  await expect.poll(async () => (await inView('open'))[1]!.unread).toBe(true);
});

test('the palette has all commands; the dialog lists all keys', async () => {
  await press('Control+k');
  await agent.getByPlaceholder('Type a command, or words of a conversation').waitFor();
  // “snoo” would also find the command that snoozes a conversation.
  await agent.keyboard.type('snoozed');
  await agent.getByRole('dialog').getByRole('button', { name: 'Snoozed' }).first().waitFor();
  await scan(agent, 'morning-palette');
  await press('Enter');
  await agent.waitForURL(/\/inbox\/snoozed/);
  // The palette closes and opens again without the typed text.
  await agent.getByPlaceholder('Type a command, or words of a conversation').waitFor({ state: 'detached' });
  await press('Control+k');
  await agent.getByPlaceholder('Type a command, or words of a conversation').fill('parcel 5');
  const found = agent.getByRole('button', { name: /Where is my parcel 5/ });
  await found.waitFor();
  await found.click();
  await expect.poll(() => heading().textContent()).toBe('Where is my parcel 5');
  await press('?');
  await agent.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await scan(agent, 'morning-keys');
  await press('Escape');
  await agent.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
  for (const [keys, view] of [
    ['i', 'open'],
    ['m', 'mine'],
    ['u', 'unassigned'],
    ['d', 'done'],
  ]) {
    await press('g');
    await press(keys!);
    await agent.waitForURL(new RegExp(`/inbox/${view}`));
  }
});

test.each([
  ['wide-light', 1440, 900, 'light'],
  ['wide-dark', 1440, 900, 'dark'],
  ['phone-light', 400, 800, 'light'],
  ['phone-dark', 400, 800, 'dark'],
] as const)(
  'list, selection, search and tags are accessible: %s',
  async (name, width, height, colorScheme) => {
    const page = await openInbox('admin', width, height, { colorScheme });
    await page.getByRole('region', { name: 'Conversations' }).getByRole('link').first().waitFor();
    await scan(page, `list-${name}`);
    // In the list only: once a row is selected, “Select everything in this list” appears above it.
    const selectRow = page
      .getByRole('region', { name: 'Conversations' })
      .getByRole('button', { name: /^Select / });
    await selectRow.first().click();
    await selectRow.nth(1).click();
    await page.getByText('2 selected').waitFor();
    await scan(page, `selected-${name}`);
    await page.getByRole('combobox', { name: 'Search' }).fill('parcel order');
    await page.getByRole('region', { name: 'Conversations' }).locator('mark').first().waitFor();
    await scan(page, `search-${name}`);
    await page.getByRole('button', { name: 'How to search' }).click();
    await page.getByRole('heading', { name: 'How to search' }).waitFor();
    await scan(page, `syntax-${name}`);
    await page.goto(`${environment.url}/acme/settings/tags`);
    await page.getByRole('heading', { name: 'Tags' }).waitFor();
    await page.getByText('2 conversations').waitFor();
    await scan(page, `tags-${name}`);
    await page.context().close();
  },
);

test('the buttons in the search field stay below the pointer that presses them', async () => {
  const press = (name: string) => agent.getByRole('button', { name, exact: true }).click({ delay: 150 });
  await agent.goto(`${environment.url}/acme/search?q=parcel`);
  await press('Save this search as a filter');
  await agent.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
  await agent.keyboard.press('Escape');
  await press('How to search');
  await agent.getByRole('heading', { name: 'How to search' }).waitFor();
  await agent.keyboard.press('Escape');
  await press('Clear the search');
  await agent.waitForURL(/\/inbox\/open$/);
});

test('a link to a conversation below the first pages of a list loads those between', async () => {
  const idOf = (number: string) => `('00000000-0000-4000-8000-' || lpad(${number}, 12, '0'))::uuid`;
  await runInDatabase(
    environment,
    `insert into conversation (instance_id, id, customer_id, mailbox_id, subject, status, snippet, last_direction,
       last_message_at, last_inbound_at, created_at)
     select c.instance_id, ${idOf('n::text')}, c.customer_id, c.mailbox_id, 'Old number ' || n, 'open', '', 'inbound',
       c.created_at - n * interval '1 hour', c.created_at - n * interval '1 hour', c.created_at - n * interval '1 hour'
     from (select * from conversation order by last_message_at limit 1) c, generate_series(1, 400) n`,
  );
  // The first page has 50 rows, each other one 200.
  const pages: string[] = [];
  const note = (request: { url(): string }) =>
    /view=open.*limit=/.test(request.url()) && pages.push(request.url());
  agent.on('request', note);
  await agent.goto(`${environment.url}/acme/inbox/open/00000000-0000-4000-8000-000000000390`);
  // The list renders the rows in view and a few beside them.
  await rows().filter({ hasText: 'Old number 390' }).waitFor();
  expect(pages.length).toBeGreaterThan(2);
  agent.off('request', note);
});
