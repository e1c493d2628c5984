import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { codeOf, expectAccessible, tabTo } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import { chooseAccount } from './connect-steps.ts';
import { freePort, startProgram } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, instanceOf, signIn } from './steps.ts';

setUp();

const good = 'a river under the moon';
const fill = (page: Page, fields: Record<string, string>) =>
  Object.entries(fields).reduce(
    (before, [label, value]) => before.then(() => page.getByLabel(label, { exact: true }).fill(value)),
    Promise.resolve(),
  );
/** Checks a page in light at 1440 pixels and in dark at 400. */
async function checkPage(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 400],
    ['dark', 400],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await saveScreenshot(page, `${name}-${width}-${colorScheme}`);
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}
const signInWith = async (page: Page, email: string, password: string) => {
  await page.goto(`${environment.url}/sign-in`);
  await fill(page, { Email: email, Password: password });
  await page.getByRole('button', { name: 'Sign in' }).click();
};
const inbox = (page: Page) => page.getByRole('navigation', { name: 'Views' }).waitFor();

test('the bootstrap link creates the first admin, once', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-first-'));
  const env = { PORT: String(await freePort()), POSTROOM_DATA_DIR: path.join(directory, 'data') };
  const program = await startProgram('server/src/main.ts', { env, ready: /bootstrap\/\S+\n/ });
  const context = await newUserContext(browser);
  try {
    const link = /http:\S+\/bootstrap\/\S+/.exec(program.output())![0];
    const page = await context.newPage();
    await page.goto(new URL('/', link).href);
    await page.getByText(/The terminal in which Postroom was started shows a link/).waitFor();
    await checkPage(page, 'before-the-first-admin');
    // The path of earlier releases redirects.
    await page.goto(link.replace('/bootstrap/', '/first-run/'));
    await page.waitForURL(link);
    await page.getByRole('heading', { name: 'Welcome to Postroom' }).waitFor();
    await checkPage(page, 'bootstrap');
    for (const [label, value] of [
      ['Your name', 'Ana Silva'],
      ['Your email', 'ana@new.example'],
      ['New password', 'password1234'],
      ['Name of the organization', 'Neue Firma'],
    ] as const) {
      await tabTo(page, page.getByLabel(label, { exact: true }));
      await page.keyboard.type(value);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('one of the first that are guessed').waitFor();
    await page.getByLabel('New password').fill(good);
    await page.keyboard.press('Enter');
    await page.getByText('Connect your first email address').waitFor();
    expect(new URL(page.url()).pathname).toBe('/neue-firma/apps/email');
    // The path of earlier releases redirects.
    await page.goto(link.replace('/bootstrap/', '/first-run/'));
    await page.waitForURL(link);
    await page.getByText('This link cannot be used.').waitFor();
    expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/sign-in');
  } finally {
    await context.close();
    await program.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
});

test('an invited person joins; roles change; one admin remains', async () => {
  const admin = await openInbox();
  await admin.goto(`${environment.url}/acme/settings`);
  await admin.getByRole('link', { name: 'People' }).click();
  await admin.getByRole('region', { name: 'People with access' }).getByText('John Carter').waitFor();
  // By keyboard only.
  await tabTo(admin, admin.getByRole('button', { name: 'Invite' }));
  await admin.keyboard.press('Enter');
  // What is wrong is below the field, which keeps the focus.
  const email = admin.getByRole('textbox', { name: 'Email', description: 'Fill this in.' });
  await admin.locator('input[type=email]:focus').waitFor();
  await admin.keyboard.press('Enter');
  await email.waitFor();
  await admin.keyboard.type('cy');
  await email.waitFor({ state: 'detached' });
  await admin.keyboard.press('Enter');
  await admin.getByText('An address has the form name@example.com.').waitFor();
  await admin.keyboard.type('@new.example');
  await admin.keyboard.press('Enter');
  const link = await admin.getByLabel('Link', { exact: true }).inputValue();
  await checkPage(admin, 'invited');
  await admin
    .getByRole('region', { name: /^Give this link/ })
    .getByRole('button', { name: 'Close' })
    .click();
  await admin.getByRole('region', { name: 'Invited' }).getByText('cy@new.example').waitFor();
  await checkPage(admin, 'people');

  const guest = await (await newUserContext(browser)).newPage();
  await guest.goto(link);
  await guest.getByRole('heading', { name: 'Join Acme' }).waitFor();
  await checkPage(guest, 'invitation');
  await fill(guest, { 'Your name': 'Cy Young', 'New password': 'Cy Young 2026' });
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.getByRole('alert').getByText('your own name').waitFor();
  await guest.getByLabel('New password').fill(good);
  await guest.getByRole('button', { name: 'Join' }).click();
  await inbox(guest);
  // The admin's list shows the new person without a reload.
  const list = admin.getByRole('region', { name: 'People with access' });
  await list.getByText('Cy Young').waitFor();
  await guest.goto(`${environment.url}/acme/settings/people`);
  await guest.getByText('This page does not exist').waitFor();

  const role = (name: string) => list.getByRole('combobox', { name: `Role of ${name}` });
  await role('Alex Admin').click();
  await admin.getByRole('option', { name: 'Agent' }).click();
  await admin.getByText('This is the only admin of this organization, and it needs one.').waitFor();
  await role('Cy Young').click();
  await admin.getByRole('option', { name: 'Admin' }).click();
  await admin.getByText('Cy Young is now Admin').waitFor();
  await guest.goto(`${environment.url}/acme/settings/people`);
  await guest.getByRole('region', { name: 'People with access' }).getByText('Alex Admin').waitFor();

  // A revoked link does not work.
  await admin.getByRole('button', { name: 'Invite' }).click();
  await fill(admin, { Email: 'late@new.example' });
  await admin.getByRole('button', { name: 'Invite', exact: true }).click();
  const dead = await admin.getByLabel('Link', { exact: true }).inputValue();
  await admin
    .getByRole('region', { name: /^Give this link/ })
    .getByRole('button', { name: 'Close' })
    .click();
  await admin.getByRole('button', { name: 'Take back' }).click();
  await admin.getByText('The invitation to late@new.example is taken back').waitFor();
  const invited = await (await newUserContext(browser)).newPage();
  await invited.goto(dead);
  await invited.getByText('This invitation cannot be used.').waitFor();
});

test('removed access ends at once; a colleague gets the conversations', async () => {
  const admin = await openInbox();
  const agent = await openInbox('agent');
  await admin.goto(`${environment.url}/acme/settings/people`);
  await admin.getByRole('button', { name: 'Actions for John Carter' }).click();
  await admin.getByRole('menuitem', { name: 'Take access away' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Take John Carter’s access away?' });
  await dialog.getByRole('button', { name: 'Keep' }).waitFor();
  await checkPage(admin, 'deactivate');
  await dialog.getByRole('button', { name: 'Take access away' }).click();
  await admin.getByRole('region', { name: 'Without access' }).getByText('John Carter').waitFor();
  await agent.reload();
  await agent
    .getByText('You are in no organization yet')
    .or(agent.getByText('This page does not exist'))
    .waitFor();
  await admin.getByRole('button', { name: 'Actions for John Carter' }).click();
  await admin.getByRole('menuitem', { name: 'Give access again' }).click();
  await admin.getByText('John Carter has access again').waitFor();
  await agent.goto(environment.url);
  await inbox(agent);
});

test('name and password are changed, and reset by link', async () => {
  const admin = await openInbox();
  const agent = await openInbox('agent');
  await agent.goto(`${environment.url}/acme/settings/profile`);
  await checkPage(agent, 'you');
  await fill(agent, { Name: 'John B. Carter' });
  await agent.getByRole('button', { name: 'Save Changes' }).click();
  await agent.getByText('Changes saved').waitFor();
  await fill(agent, { 'Current password': 'not mine at all', 'New password': good });
  await agent.getByRole('button', { name: 'Change the password' }).click();
  await agent.getByText('This is not your present password.').waitFor();
  await fill(agent, { 'Current password': environment.demo.agent.password });
  await agent.getByRole('button', { name: 'Change the password' }).click();
  await agent.getByText('Your password is changed.').waitFor();

  await admin.goto(`${environment.url}/acme/settings/people`);
  await admin.getByRole('button', { name: 'Actions for John B. Carter' }).click();
  await admin.getByRole('menuitem', { name: 'Make a password link' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make a password link' }).click();
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
  await checkPage(admin, 'password-link');

  const other = await (await newUserContext(browser)).newPage();
  await other.goto(`${environment.url}/sign-in`);
  await other.getByRole('link', { name: 'Forgot your password?' }).click();
  await checkPage(other, 'forgot');
  await fill(other, { Email: 'nobody@acme.example' });
  await other.getByRole('button', { name: 'Send the link' }).click();
  await other.getByText('If nobody@acme.example has an account here').waitFor();
  await other.goto(link);
  await fill(other, { 'New password': 'three quiet owls sleep' });
  await checkPage(other, 'choose-password');
  await other.getByRole('button', { name: 'Save the password' }).click();
  await other.getByText('Your password is changed').waitFor();
  await signInWith(other, environment.demo.agent.email, good);
  await other.getByText('This email and password do not belong together.').waitFor();
  await signInWith(other, environment.demo.agent.email, 'three quiet owls sleep');
  await inbox(other);
  // All sessions have ended.
  await agent.reload();
  await agent.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
});

test('two-factor sign-in is turned on, used and turned off', async () => {
  const context = await newUserContext(browser);
  const page = await context.newPage();
  const { email, password } = environment.demo.admin;
  await signIn(page, environment);
  await page.goto(`${environment.url}/acme/settings/security`);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await fill(page, { 'Your password': 'wrong as can be' });
  await page.keyboard.press('Enter');
  await page.getByText('This is not your password.').waitFor();
  await fill(page, { 'Your password': password });
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: 'Picture to scan' }).waitFor();
  await checkPage(page, 'two-factor');
  const key = (await page.locator('code').textContent()) ?? '';
  await fill(page, { 'Code from the app': '000000' });
  await page.keyboard.press('Enter');
  await page.getByText('This code is not right.').waitFor();
  await fill(page, { 'Code from the app': codeOf(key) });
  await page.keyboard.press('Enter');
  const codes = page.getByRole('group', { name: 'Backup codes' });
  const backup = (await codes.getByRole('listitem').first().textContent()) ?? '';
  await checkPage(page, 'backup-codes');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Turn off' }).waitFor();
  await checkPage(page, 'security');

  const ask = async (code: string): Promise<{ page: Page; context: BrowserContext }> => {
    const fresh = await newUserContext(browser);
    const at = await fresh.newPage();
    await signInWith(at, email, password);
    await at.getByLabel('Code', { exact: true }).fill(code);
    await at.keyboard.press('Enter');
    return { page: at, context: fresh };
  };
  const first = await ask('123456');
  await first.page.getByText('This code is not right.').waitFor();
  await checkPage(first.page, 'second-step');
  // The code that turned it on is used up; the next one is valid already.
  await first.page.getByLabel('Code', { exact: true }).fill(codeOf(key, Date.now() + 30_000));
  await first.page.keyboard.press('Enter');
  await inbox(first.page);
  const second = await ask(backup);
  await inbox(second.page);
  const third = await ask(backup);
  await third.page.getByText('This code is not right.').waitFor();

  // The other sessions are signed out.
  await page.reload();
  await page.getByText('Chrome on Linux · This browser').waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  await second.page.reload();
  await second.page.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await fill(page, { 'Your password': password });
  await page.keyboard.press('Enter');
  await page.getByText('The second step is off.').waitFor();
  for (const one of [first, second, third]) await one.context.close();
});

test('an organization is created, renamed and deleted', async () => {
  const page = await openInbox();
  // The path of earlier releases redirects.
  await page.goto(`${environment.url}/acme/settings/inboxes`);
  await page.waitForURL(`${environment.url}/acme/settings/organizations`);
  await page.getByRole('button', { name: 'New organization' }).click();
  await fill(page, { Name: 'Try Out' });
  await page.getByRole('radio', { name: /Sandbox/ }).check();
  await checkPage(page, 'new-organization');
  await page.getByRole('button', { name: 'Make the organization' }).click();
  await page.waitForURL(`${environment.url}/try-out/apps/email`);
  await page.getByText('Connect your first email address').waitFor();

  await page.getByRole('button', { name: 'Organizations: Try Out' }).click();
  await page.getByRole('menuitemradio', { name: /^Try Out/, checked: true }).waitFor();
  await page.getByRole('menuitemradio', { name: 'Acme', exact: true }).click();
  await page.waitForURL(`${environment.url}/acme/inbox/open`);
  await page.goto(`${environment.url}/try-out/settings/organizations`);
  await page.getByRole('main').getByText('Sandbox', { exact: true }).waitFor();
  await checkPage(page, 'organizations');
  await page.goto(`${environment.url}/try-out/settings/general`);
  await fill(page, { Name: 'Tried Out' });
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.getByText('Changes saved').waitFor();
  await checkPage(page, 'general');
  await page.getByRole('button', { name: 'Delete this organization …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Tried Out?' });
  await dialog.getByText('You lose access').waitFor();
  await checkPage(page, 'delete-organization');
  const confirm = dialog.getByRole('button', { name: 'Delete for good' });
  await dialog.getByLabel('Type Tried Out to confirm').fill('Try Out');
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type Tried Out to confirm').fill('Tried Out');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${environment.url}/acme/inbox/open`);
  await page.goto(`${environment.url}/try-out/inbox/open`);
  await page.getByText('This page does not exist').waitFor();
});

test('people sign in with Google, and an organization requires it', async () => {
  const admin = await openInbox();
  const instance = await instanceOf(admin, environment);
  const { link } = await callApi<{ link: { url: string } }>(
    ...([admin, environment, 'POST', `/api/instances/${instance}/invitations`] as const),
    { email: 'sales@acme.example', role: 'admin' },
  );
  const guest = await (await newUserContext(browser)).newPage();
  const atGoogle = async (page: Page, account: string) => {
    await chooseAccount(page, account);
    await page.getByRole('button', { name: 'Allow' }).click();
  };
  await guest.goto(link.url);
  await guest.getByRole('button', { name: 'Continue with Google' }).waitFor();
  await expectAccessible(guest);
  await guest.getByRole('button', { name: 'Continue with Google' }).click();
  await atGoogle(guest, 'sales@acme.example');
  await inbox(guest);
  await guest.goto(`${environment.url}/acme/settings/security`);
  await guest.getByText('sales@acme.example · last used').waitFor();
  await checkPage(guest, 'ways-to-sign-in');
  await guest.getByRole('button', { name: 'Disconnect Google' }).click();
  await guest.getByText('Google is your only way to sign in.').waitFor();

  await guest.goto(`${environment.url}/acme/settings/general`);
  await guest.getByRole('radio', { name: 'With Google only' }).check();
  expect(await guest.getByLabel('Domains', { exact: true }).inputValue()).toBe('acme.example');
  await checkPage(guest, 'required-sign-in-setting');
  await guest.getByLabel('Domains', { exact: true }).press('Enter');
  await guest.getByText('Sign-in is saved').waitFor();
  await expect.poll(() => guest.getByRole('button', { name: 'Save sign-in' }).isDisabled()).toBe(true);
  expect(await guest.locator(':focus').getAttribute('placeholder')).toBe('acme.com');

  await admin.goto(`${environment.url}/acme/inbox/open`);
  await admin.getByRole('heading', { name: 'Acme requires Google' }).waitFor();
  await expectAccessible(admin);
  const uninvited = await (await newUserContext(browser)).newPage();
  await uninvited.goto(`${environment.url}/sign-in`);
  await uninvited.getByRole('button', { name: 'Continue with Google' }).waitFor();
  await checkPage(uninvited, 'sign-in-google');
  await uninvited.getByRole('button', { name: 'Continue with Google' }).click();
  await atGoogle(uninvited, 'desk@other.example');
  await uninvited
    .getByRole('heading', { name: 'desk@other.example does not open an account here.' })
    .waitFor();
  await expectAccessible(uninvited);

  // The session ends: Google's window takes it up again, and the page goes on with what was asked of it.
  await guest.context().clearCookies();
  await guest.getByRole('radio', { name: 'In any way they have' }).check();
  await guest.getByRole('button', { name: 'Save sign-in' }).click();
  const ended = guest.getByRole('dialog', { name: 'Your session has ended' });
  await ended.getByRole('button', { name: 'Continue with Google' }).waitFor();
  await expectAccessible(guest);
  const opening = guest.waitForEvent('popup');
  await ended.getByRole('button', { name: 'Continue with Google' }).click();
  const popup = await opening;
  const closed = popup.waitForEvent('close');
  // Google asks once what is allowed.
  await popup.getByRole('link', { name: /sales@acme.example/ }).click();
  await closed;
  await ended.waitFor({ state: 'hidden' });
  await guest.getByText('Sign-in is saved').last().waitFor();
  await admin.reload();
  await inbox(admin);
});

test('invitations are sent by mail if an address is connected', async () => {
  const page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  expect(await instanceOf(page, environment)).toMatch(/-/);
  await page.goto(`${environment.url}/acme/settings/people`);
  await page.getByRole('button', { name: 'Invite' }).click();
  await fill(page, { Email: 'mia@acme.example' });
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByText('The invitation to mia@acme.example was sent from support@acme.example.').waitFor();
  await page.getByRole('region', { name: 'Invited' }).getByText('sent from support@acme.example').waitFor();
  // The Sent copy does not become a conversation.
  await page.goto(`${environment.url}/acme/inbox/open`);
  await page.getByText('No open conversations').waitFor();
});
