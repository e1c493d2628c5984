import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { holdAnswer, holdRequests, saveScreenshot, waitForNetworkIdle } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, instanceOf, openFromList, stayAfterDone } from './steps.ts';

setUp();
let admin: Page;
let agent: Page;

beforeAll(async () => {
  admin = await openInbox();
  await connect(admin, environment, 'support@acme.example');
  agent = await openInbox('agent');
  await stayAfterDone(admin, environment);
});

async function arrive(from: string, subject: string, body = 'Hello') {
  const raw = `From: ${from}\r\nTo: support@acme.example\r\nSubject: ${subject}\r\n\r\n${body}\r\n`;
  await control(environment, '/deliver', {
    from: /<([^>]*)>/.exec(from)![1]!,
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  });
}

const open = async (page: Page, subject: RegExp) => {
  await page.goto(`${environment.url}/acme/inbox/open`);
  await openFromList(page, page.getByRole('link', { name: subject }).first());
  await page.getByRole('region', { name: 'Messages' }).waitFor();
};

test('two agents see each other’s changes and overwrite nothing', async () => {
  await arrive('Ana Silva <ana@far.example>', 'For two');
  await open(admin, /For two/);
  await open(agent, /For two/);
  const { admin: boss, agent: colleague } = environment.demo;
  await admin.getByText(`${colleague.name} is looking at this too`).waitFor();
  await agent.getByText(`${boss.name} is looking at this too`).waitFor();
  await saveScreenshot(admin, 'presence');

  // The change of one agent appears for the other without a reload.
  await admin.getByRole('button', { name: /^Assignee/ }).click();
  await admin.getByRole('option', { name: colleague.name }).click();
  await agent.getByText(`${boss.name} assigned this to ${colleague.name}`).waitFor();
  await agent.getByRole('button', { name: `Assignee: ${colleague.name}` }).waitFor();

  // Without the live events, the agent's change conflicts with the admin's: it is rejected with a message.
  await agent.route('**/events**', (route) => route.abort());
  await agent.reload();
  await agent.getByRole('button', { name: 'Done', exact: true }).waitFor();
  await admin.getByRole('button', { name: 'Done', exact: true }).click();
  await admin.getByText(`${boss.name} set this done`).waitFor();
  await agent.getByRole('button', { name: /^Assignee/ }).click();
  await agent.getByRole('option', { name: 'Unassigned' }).click();
  await agent.getByText(`${boss.name} has changed this conversation in the meantime.`).waitFor();
  await saveScreenshot(agent, 'edit-conflict');
  await agent.getByRole('button', { name: 'Reopen' }).waitFor();
  await agent.getByRole('button', { name: `Assignee: ${colleague.name}` }).waitFor();
  await agent.unroute('**/events**');

  // A colleague mentioned in a note gets a notification on every page.
  const noteIn = (page: Page) =>
    page.getByRole('article').last().frameLocator('iframe').getByText(`@${colleague.name} please look.`);
  await admin.getByRole('button', { name: 'Note', exact: true }).click();
  await admin.getByRole('textbox', { name: 'Note', exact: true }).click();
  await admin.keyboard.type(`@${colleague.name.slice(0, 2).toLowerCase()}`);
  await admin.getByRole('listbox', { name: 'Colleagues' }).getByText(`@${colleague.name}`).waitFor();
  await admin.keyboard.press('Enter');
  await admin.keyboard.type('please look.');
  await saveScreenshot(admin, 'mention');
  await admin.getByRole('button', { name: 'Add note' }).click();
  await noteIn(admin).waitFor();
  await agent.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await agent.getByRole('link', { name: `${boss.name} mentioned you in “For two”` }).click();
  await noteIn(agent).waitFor();

  // An agent who leaves is no longer shown, once the report of being there is handled.
  await waitForNetworkIdle(agent);
  await agent.goto(`${environment.url}/acme/inbox/open`);
  await expect.poll(() => admin.getByText('is looking at this too').count()).toBe(0);
  await expectAccessible(admin, 'conversation');
});

test('after being offline, missed changes appear without a reload', async () => {
  await arrive('Ana Silva <ana@far.example>', 'While away', 'First');
  await open(agent, /While away/);
  await agent.evaluate(() => {
    (globalThis as never as { kept: boolean }).kept = true;
  });
  const bar = agent.getByText('Reconnecting …');
  await environment.server.end('SIGKILL');
  await bar.waitFor();
  await saveScreenshot(agent, 'reconnecting');
  await arrive('Ana Silva <ana@far.example>', 'Came meanwhile', 'Second');
  await environment.startServer();
  await bar.waitFor({ state: 'hidden' });
  await agent
    .getByRole('link', { name: /Came meanwhile/ })
    .first()
    .waitFor();
  expect(await agent.evaluate(() => (globalThis as never as { kept?: boolean }).kept)).toBe(true);
});

test('a reply being written stays while its conversation cannot be fetched', async () => {
  await arrive('Ana Silva <ana@far.example>', 'Out of reach');
  await open(agent, /Out of reach/);
  await agent.getByRole('button', { name: 'Reply', exact: true }).click();
  const text = agent.getByRole('textbox', { name: 'Message', exact: true });
  await text.click();
  await agent.keyboard.type('Half of ');
  const { pathname } = new URL(agent.url());
  const conversationId = pathname.split('/').at(-1)!;
  let failures = 0;
  await agent.route(new RegExp(`/conversations/${conversationId}(\\?|$)`), async (route) => {
    await route.fulfill({ status: 503, json: {} });
    failures += 1;
  });
  // What a colleague changes is fetched, and tried three times.
  const instance = await instanceOf(admin, environment);
  const path = `/api/instances/${instance}/conversations/${conversationId}`;
  await callApi(admin, environment, 'PATCH', path, { status: 'done' });
  await expect.poll(() => failures).toBe(3);
  await agent.keyboard.type('a reply');
  await expect.poll(() => text.textContent()).toBe('Half of a reply');
  expect(await agent.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await agent.unrouteAll();
});

test('customers are found, merged, split and deleted', async () => {
  await arrive('Bea Berg <bea@one.example>', 'From home');
  await arrive('Beatrice Berg <bea@two.example>', 'From work');
  await open(admin, /From home/);
  const column = admin.getByRole('complementary', { name: 'Customer' });
  await column.getByLabel('Note about the customer').fill('Prefers the phone');
  await column.getByRole('button', { name: 'Add note' }).click();
  await column.getByText('Prefers the phone').first().waitFor();
  await saveScreenshot(admin, 'customer-column');

  await admin.getByRole('link', { name: 'Customers' }).click();
  await admin.getByLabel('Search by name or address').fill('berg');
  await admin.getByRole('link', { name: /Beatrice Berg/ }).waitFor();
  await saveScreenshot(admin, 'customers');
  await expectAccessible(admin, 'customers');
  await admin.getByRole('link', { name: /Bea Berg/ }).click();
  await admin.getByRole('heading', { name: 'Bea Berg' }).waitFor();
  const note = admin.getByText('Prefers the phone').first();
  await note.waitFor();
  // A note is deleted only once that is confirmed.
  for (const answer of ['Keep', 'Delete note']) {
    await admin.getByRole('button', { name: 'Delete this note' }).click();
    await saveScreenshot(admin, 'customer-note-deletion');
    await admin.getByRole('dialog').getByRole('button', { name: answer }).click();
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    if (answer === 'Keep') expect(await note.isVisible()).toBe(true);
    else await note.waitFor({ state: 'detached' });
  }
  // A new name appears in the list of another window.
  const release = await holdRequests(admin, /\/customers\/[^/]+$/, 'PATCH');
  const name = admin.getByLabel('Name', { exact: true });
  await name.fill('Bea Berg-Lind');
  await admin.getByRole('button', { name: 'Save' }).click();
  // What is typed before the answer stays.
  await name.fill('Bea Berg');
  release();
  await admin.getByRole('heading', { name: 'Bea Berg-Lind' }).waitFor();
  await agent.getByRole('link', { name: /Bea Berg-Lind.*From home/s }).waitFor();
  expect(await name.inputValue()).toBe('Bea Berg');
  await admin.getByRole('button', { name: 'Save' }).click();
  await admin.getByRole('heading', { name: 'Bea Berg', exact: true }).waitFor();
  await admin.getByRole('button', { name: 'Customer actions' }).click();
  await admin.getByRole('menuitem', { name: 'Merge with another customer' }).click();
  await admin.getByRole('dialog').getByLabel('Search by name or address').fill('beatrice');
  await admin.getByRole('button', { name: 'Beatrice Berg bea@two.example' }).click();
  await admin.getByText('Beatrice Berg (bea@two.example) was merged into this customer').waitFor();
  await admin.getByRole('link', { name: /From work/ }).waitFor();
  await saveScreenshot(admin, 'customer-merged');
  await expectAccessible(admin, 'customer');
  await admin.getByRole('button', { name: 'Part again' }).click();
  await expect.poll(() => admin.getByRole('link', { name: /From work/ }).count()).toBe(0);

  await admin.getByRole('button', { name: 'Customer actions' }).click();
  const download = admin.waitForEvent('download');
  await admin.getByRole('menuitem', { name: 'Export everything' }).click();
  expect((await download).suggestedFilename()).toMatch(/^customer-.*\.zip$/);
  await admin.getByRole('button', { name: 'Customer actions' }).click();
  await admin.getByRole('menuitem', { name: 'Delete customer' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByText('Your Gmail mailbox is not touched').waitFor();
  expect(await dialog.getByRole('button', { name: 'Delete customer' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Type “Bea Berg” to confirm').fill('Bea Berg');
  await saveScreenshot(admin, 'customer-delete');
  await expectAccessible(admin, 'delete customer');
  await dialog.getByRole('button', { name: 'Delete customer' }).click();
  await admin.getByText('Bea Berg was deleted').waitFor();
  await admin.getByRole('link', { name: /Beatrice Berg/ }).waitFor();
  expect(await admin.getByRole('link', { name: /^BB Bea Berg/ }).count()).toBe(0);
});

test('conversations are merged, unmerged and split', async () => {
  await arrive('Cid Cole <cid@far.example>', 'Cid one', 'first of Cid');
  await arrive('Cid Cole <cid@far.example>', 'Cid two', 'second of Cid');
  await open(admin, /Cid two/);
  const former = admin.url();
  await open(agent, /Cid two/);
  await open(admin, /Cid one/);
  const timeline = admin.getByRole('region', { name: 'Messages' });
  await admin.getByRole('button', { name: 'More for this conversation' }).click();
  const refuse = await holdAnswer(admin, '**/search?*', {
    code: 'conflict',
    title: 'Not now',
    detail: 'Ask again.',
  });
  await admin.getByRole('menuitem', { name: 'Merge with another conversation' }).click();
  const choose = (subject: RegExp) => admin.getByRole('dialog').getByRole('button', { name: subject });
  // What is found could not be asked for.
  refuse();
  await admin.getByRole('dialog').getByRole('alert').waitFor();
  await saveScreenshot(admin, 'merge-not-found');
  await choose(/^Try again$/).click();
  await choose(/^Cid two Cid Cole · /).waitFor();
  await expectAccessible(admin, 'merge dialog');
  const search = admin.getByRole('dialog').getByRole('searchbox');
  await search.fill('from:nobody@nowhere.example');
  await admin.getByText('No other conversation is found.').waitFor();
  await search.fill('from:cid@far.example');
  await choose(/^Cid two/).click();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(2);
  await timeline.getByText(/merged “Cid two” into this conversation: 1 message came in/).waitFor();
  // It closes once the answer is there, which may be after the event.
  await admin.getByRole('dialog').waitFor({ state: 'detached' });
  await saveScreenshot(admin, 'merged');
  await expectAccessible(admin, 'merged');
  // Who reads the other one stays there, and is told.
  await agent.getByText('Somebody merged this conversation into another one').waitFor();
  await agent.getByRole('heading', { name: 'Cid two' }).waitFor();
  await saveScreenshot(agent, 'merged-meanwhile');
  await expectAccessible(agent, 'merged meanwhile');
  await agent.getByRole('link', { name: 'Go to that conversation' }).click();
  await agent.getByRole('heading', { name: 'Cid one' }).waitFor();
  // An old link opens the merged conversation.
  await agent.goto(former);
  await agent.getByRole('heading', { name: 'Cid one' }).waitFor();
  await timeline.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(1);
  await timeline.getByText(/took the merged conversation out again/).waitFor();
  expect(await timeline.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  await admin.goto(former);
  await timeline.getByText('second of Cid').waitFor();

  // The older conversation's message was not loaded before, and appears at its position at once.
  await admin.getByRole('button', { name: 'More for this conversation' }).click();
  await admin.getByRole('menuitem', { name: 'Merge with another conversation' }).click();
  // What is typed replaces the search for conversations of the same customer.
  const find = admin.getByRole('searchbox', { name: 'Find a conversation' });
  await expect.poll(() => find.evaluate((field) => field.matches(':focus'))).toBe(true);
  await admin.keyboard.type('Cid one');
  expect(await find.inputValue()).toBe('Cid one');
  await choose(/^Cid one/).click();
  await timeline.getByText(/merged “Cid one” into this conversation: 1 message came in/).waitFor();
  const [first, second] = await timeline.getByRole('article').allInnerTexts();
  expect(first).toContain('first of Cid');
  expect(second).toContain('second of Cid');
  await timeline.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(1);

  // A conversation is split at a message, and merged again.
  await open(admin, /Cid one/);
  await admin.getByRole('button', { name: 'More for this conversation' }).click();
  await admin.getByRole('menuitem', { name: 'Merge with another conversation' }).click();
  await choose(/^Cid two/).click();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(2);
  const menuOf = (which: 'first' | 'last') =>
    timeline
      .getByRole('article')
      [which]()
      .getByRole('button', { name: 'Actions for the message from Cid Cole' });
  // The first message cannot be split off.
  await menuOf('first').click();
  await admin.getByRole('menuitem', { name: 'Delete message' }).waitFor();
  expect(await admin.getByRole('menuitem', { name: 'Split from here' }).count()).toBe(0);
  await admin.keyboard.press('Escape');
  await menuOf('last').click();
  await admin.getByRole('menuitem', { name: 'Split from here' }).click();
  await timeline.getByText(/split this conversation/).waitFor();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(1);
  await timeline.getByText('first of Cid').waitFor();
  await saveScreenshot(admin, 'split');
  await expectAccessible(admin, 'split');
  // Both are conversations of the same customer, each with its own message.
  await open(agent, /Cid.*second of Cid/s);
  const others = agent.getByRole('region', { name: 'Messages' });
  await others.getByText('second of Cid').waitFor();
  expect(await others.getByRole('article').count()).toBe(1);
  await timeline.getByRole('button', { name: 'Undo' }).last().click();
  await expect.poll(() => timeline.getByRole('article').count()).toBe(2);
  await timeline.getByText('second of Cid').waitFor();
});

test.each([
  ['light', 1440],
  ['dark', 400],
] as const)('the pages of customers are accessible: %s', async (colorScheme, width) => {
  const at = await openInbox('admin', width, 850, { colorScheme });
  await at.goto(`${environment.url}/acme/customers`);
  await at.getByRole('link', { name: /Beatrice Berg/ }).waitFor();
  await saveScreenshot(at, `customers-${colorScheme}`);
  await expectAccessible(at, 'customers');
  await at.getByRole('link', { name: /Beatrice Berg/ }).click();
  await at.getByRole('link', { name: /From work/ }).waitFor();
  await at.getByRole('heading', { name: /^Open 1$/ }).waitFor();
  const volume = at.getByRole('region', { name: 'Messages over time', exact: true });
  await volume.getByText('As a table').click();
  await expect.poll(() => volume.getByRole('cell', { name: '1', exact: true }).count()).toBe(1);
  await saveScreenshot(at, `customer-${colorScheme}`);
  await expectAccessible(at, 'customer');
  expect(await at.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  // What is set done elsewhere moves to its group here.
  const instance = `/api/instances/${await instanceOf(at, environment)}`;
  const id = (await at.getByRole('link', { name: /From work/ }).getAttribute('href'))!.split('/').at(-1);
  const change = (status: 'open' | 'done') =>
    callApi(at, environment, 'PATCH', `${instance}/conversations/${id}`, { status });
  await change('done');
  await at
    .getByRole('region', { name: /^Done 1$/ })
    .getByRole('link', { name: /From work/ })
    .waitFor();
  await change('open');
  await at
    .getByRole('region', { name: /^Open 1$/ })
    .getByRole('link', { name: /From work/ })
    .waitFor();
  await at.getByRole('tab', { name: 'Everything written' }).click();
  await at.getByRole('link', { name: /Beatrice Berg/ }).waitFor();
  await expectAccessible(at, 'messages of a customer');
  await at.getByRole('tab', { name: 'Conversations' }).click();
  await at.getByRole('link', { name: /From work/ }).click();
  await at.getByRole('article').waitFor();
  await saveScreenshot(at, `timeline-${colorScheme}`);
  await expectAccessible(at, 'timeline');
  await at.context().close();
});
