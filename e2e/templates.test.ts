import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { onePixelPng } from '../server/src/testing/template-form.ts';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf } from './steps.ts';

setUp();
let page: Page;
let instanceId: string;
let mailboxId: string;

beforeAll(async () => {
  page = await openInbox();
  instanceId = await instanceOf(page, environment);
  mailboxId = await connect(page, environment, 'support@acme.example');
  await deliver(environment, 'Late parcel', '<p>Where is it?</p>');
  await page.getByRole('link', { name: /Late parcel/ }).waitFor();
});

const brand = `<html><head><style>.head{background:#0f6b63;color:#fff;padding:20px} @media (max-width:500px){.wide{display:none}}</style></head>
<body style="background:#f4f1ea">
<div class="head">Acme <span class="wide">Trading Company</span></div>
<p>Dear {{customer.firstName}}, about “{{conversation.subject}}”:</p>
{{draft.htmlBody}}
<p style="color:#666">{{user.displayName}}</p>
</body></html>`;

/** Replaces the text of the editor by keyboard. */
async function write(at: Page, html: string): Promise<void> {
  await at.getByRole('textbox', { name: 'HTML of the template' }).click();
  await at.keyboard.press('ControlOrMeta+A');
  await at.keyboard.press('Delete');
  await at.keyboard.insertText(html);
}
/** A conversation too old for the list of the newest; returns its id. */
async function oldConversation(): Promise<string> {
  const id = randomUUID();
  await runInDatabase(
    environment,
    `insert into conversation (instance_id, id, customer_id, mailbox_id, subject, last_message_at)
     select instance_id, $1, customer_id, mailbox_id, 'Years ago', now() - interval '9 years'
     from conversation limit 1`,
    [id],
  );
  return id;
}

const frame = (at: Page) => at.frameLocator('iframe[title="Preview"]');

test('an admin writes a template and assigns it to an address', async () => {
  await page.goto(`${environment.url}/acme/apps/email`);
  await page.getByRole('link', { name: 'Templates' }).click();
  await page.getByText('Built in: what was written, and nothing around it.').waitFor();
  await page.getByText('Used by support@acme.example').waitFor();
  await page.getByRole('link', { name: 'New template' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Shop brand');
  await frame(page).getByText('thank you for writing to us').waitFor();
  await page.getByText('HTML', { exact: true }).click();
  await write(page, brand);
  await frame(page).getByText('Dear Ana, about “Order”:').waitFor();

  await page.getByRole('combobox', { name: 'With the data of' }).click();
  await page.getByRole('option', { name: /^Late parcel/ }).click();
  await frame(page).getByText('about “Late parcel”:').waitFor();
  await page.getByText('Re: Late parcel').waitFor();
  // A conversation that is not listed is chosen by its link.
  const picker = page.getByRole('combobox', { name: 'With the data of' });
  await picker.fill(`${environment.url}/acme/inbox/open/${await oldConversation()}`);
  await page.getByRole('option', { name: /^The conversation|^Years ago/ }).click();
  await frame(page).getByText('about “Years ago”:').waitFor();
  await picker.click();
  await page.getByRole('option', { name: /^Late parcel/ }).click();
  await frame(page).getByText('about “Late parcel”:').waitFor();
  await frame(page).getByText('Trading Company').waitFor();
  await saveScreenshot(page, 'template-desktop');
  await page.getByText('360 px', { exact: true }).click();
  await frame(page).getByText('Trading Company').waitFor({ state: 'hidden' });
  await saveScreenshot(page, 'template-phone');
  await page.locator('pre', { hasText: 'about “Late parcel”:' }).waitFor();
  await page.getByText('600 px', { exact: true }).click();

  await page.getByRole('button', { name: 'Save template' }).click();
  await page.waitForURL(/templates\/[0-9a-f-]{36}$/);
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Templates' }).click();
  await page.getByRole('link', { name: 'Shop brand' }).waitFor();
  const { templates } = await callApi<{ templates: Array<{ id: string; name: string }> }>(
    page,
    environment,
    'GET',
    `/api/instances/${instanceId}/templates`,
  );
  const body = { templateId: templates.find(({ name }) => name === 'Shop brand')!.id };
  await callApi(page, environment, 'PATCH', `/api/instances/${instanceId}/mailboxes/${mailboxId}`, body);
  await page.reload();
  await page.getByText('Used by support@acme.example').waitFor();
  await saveScreenshot(page, 'templates-list');
});

test('errors name their line; a template without draft is not saved', async () => {
  await page.getByRole('link', { name: 'Shop brand' }).click();
  await frame(page).getByText('Dear Ana').waitFor();
  await write(page, '<p>Hello</p>\n{{#if user.name}}\n{{draft.htmlBody}}');
  await page.getByText('{{#if}} at line 2 is never closed').waitFor();
  await page.getByText('There is nothing to show').waitFor();
  await saveScreenshot(page, 'template-broken');
  await page.getByRole('button', { name: 'Go to line 2' }).click();
  await page.keyboard.press('End');
  await page.keyboard.insertText('{{/if}}');
  await frame(page).getByText('Hello', { exact: true }).waitFor();

  await write(page, '<p>Hello {{customer.nmae}}</p>');
  await page.getByText('The template does not contain what the agent writes.').waitFor();
  await page.getByRole('button', { name: 'Save template' }).click();
  await expect
    .poll(() => page.getByRole('alert').filter({ hasText: 'does not contain what the agent writes' }).count())
    .toBeGreaterThan(0);
  await page.getByText('Unsaved changes').waitFor();

  await write(page, '<p>Hello {{customer.nmae}}</p>');
  await page.keyboard.press('End');
  await page.getByRole('button', { name: 'Insert data' }).click();
  await page.getByPlaceholder('Find a name').fill('what the agent');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is known by {{customer.nmae}} (line 1)').waitFor();
  await frame(page).getByText('thank you for writing to us').waitFor();
});

test('what is not sent, and what mail programs do not show, is named with its line', async () => {
  await write(
    page,
    '<p>Hello</p>\n<script>x()</script>\n<img src="https://acme.example/l.png">\n{{draft.htmlBody}}',
  );
  await page
    .getByText('“script” is not sent, because mail programs do not run or show it (line 2).')
    .waitFor();
  await page.getByText('The template does not say its language').waitFor();
  await page.getByText('A picture has no alternative text (line 3).').waitFor();
  await expectAccessible(page, 'template warnings');
  await saveScreenshot(page, 'template-warnings');
  await page.getByRole('button', { name: 'Go to line 3' }).click();
  const editor = page.getByRole('textbox', { name: 'HTML of the template' });
  await expect.poll(() => editor.evaluate((one) => one.contains(one.ownerDocument.activeElement))).toBe(true);
  await write(page, '<p>Hello {{customer.nmae}}</p>{{draft.htmlBody}}');
  await page.getByText('“script” is not sent').waitFor({ state: 'hidden' });
});

test('Tab leaves the editor; completions after {{ work by keyboard', async () => {
  const editor = page.getByRole('textbox', { name: 'HTML of the template' });
  await write(page, '');
  await page.keyboard.type('<b>{{cust');
  await page.getByRole('option', { name: /customer\.name/ }).waitFor();
  await page.keyboard.type('omer.na');
  await page.keyboard.press('Enter');
  await page.keyboard.type('}}</b>{{draft.htmlBody}}');
  await expect.poll(() => editor.textContent()).toBe('<b>{{customer.name}}</b>{{draft.htmlBody}}');
  await frame(page).getByText('Ana Silva').waitFor();
  await editor.press('Tab');
  expect(await editor.evaluate((one) => one.contains(one.ownerDocument.activeElement))).toBe(false);
  await write(page, '<p>Hello {{customer.nmae}}</p>{{draft.htmlBody}}');
});

test('unsaved changes survive a reload and are discarded only on request', async () => {
  await page.getByRole('link', { name: 'Templates' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Keep editing' }).click();
  page.once('dialog', (asked) => void asked.accept());
  await page.reload();
  await page.getByText(/^These are changes from .* that were not saved yet\.$/).waitFor();
  await page.getByRole('textbox', { name: 'HTML of the template' }).getByText('customer.nmae').waitFor();
  await page.getByRole('button', { name: 'Discard them' }).click();
  await frame(page).getByText('Dear Ana').waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();
});

test('every version is kept with its author and can be restored', async () => {
  await write(page, '<h1>Second</h1>{{draft.htmlBody}}');
  await page.getByRole('button', { name: 'Save template' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Versions' }).click();
  const drawer = page.getByRole('dialog', { name: 'Versions' });
  await drawer.getByText('Version 2').waitFor();
  expect(await drawer.getByText(`by ${environment.demo.admin.name}`).count()).toBe(2);
  await drawer.getByRole('button', { name: 'Show version 1' }).click();
  await drawer.getByRole('textbox').getByText('Trading Company').waitFor();
  await saveScreenshot(page, 'template-versions');
  await drawer.getByRole('button', { name: 'Restore version 1' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await frame(page).getByText('Dear Ana').waitFor();
});

test('a test message is sent through the chosen address', async () => {
  await page.getByRole('button', { name: 'Send a test' }).click();
  const popover = page.getByRole('dialog', { name: 'Send a test' });
  await popover.getByText(`Sends the preview as it is now to ${environment.demo.admin.email}`).waitFor();
  await popover.getByRole('button', { name: 'Send test' }).click();
  await popover.getByText(`Test sent to ${environment.demo.admin.email}`).waitFor();
  await saveScreenshot(page, 'template-test');
  await page.keyboard.press('Escape');
  await popover.waitFor({ state: 'hidden' });
  await expect
    .poll(() => page.getByRole('button', { name: 'Send a test' }).evaluate((one) => one.matches(':focus')))
    .toBe(true);
});

test('of two admins the later one chooses between the versions', async () => {
  await write(page, '<h1>Mine</h1>{{draft.htmlBody}}');
  const path = `/api/instances/${instanceId}/templates/${page.url().split('/').at(-1)}`;
  await callApi(page, environment, 'PUT', path, {
    name: 'Shop brand',
    html: '<h1>Theirs</h1>{{draft.htmlBody}}',
  });
  await page.getByRole('button', { name: 'Save template' }).click();
  await page.getByText('saved “Shop brand” while you were writing.').waitFor();
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await frame(page).getByText('Theirs').waitFor();
  await write(page, '<h1>Mine again</h1>{{draft.htmlBody}}');
  await callApi(page, environment, 'PUT', path, {
    name: 'Shop brand',
    html: '<h1>Other</h1>{{draft.htmlBody}}',
  });
  await page.getByRole('button', { name: 'Save template' }).click();
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const { template } = await callApi<{ template: { html: string } }>(page, environment, 'GET', path);
  expect(template.html).toBe('<h1>Mine again</h1>{{draft.htmlBody}}');
});

/** Chooses an item of the menu that has just been opened, once the menu has the focus. */
async function chooseByKeyboard(name: string): Promise<void> {
  await page.locator('[role=menu]:focus, [role=menu] :focus').waitFor({ state: 'attached' });
  const focused = page.locator('[role=menuitem]:focus', { hasText: name });
  await expect
    .poll(async () => {
      await page.keyboard.press('ArrowDown');
      return focused.count();
    })
    .toBe(1);
  await page.keyboard.press('Enter');
}

test('templates are duplicated and deleted by keyboard', async () => {
  await page.getByRole('link', { name: 'Templates' }).click();
  await page.getByRole('button', { name: 'Actions for Shop brand' }).focus();
  await page.keyboard.press('Enter');
  await chooseByKeyboard('Duplicate');
  await page.getByRole('link', { name: 'Copy of Shop brand' }).waitFor();
  await page.getByRole('button', { name: 'Actions for Shop brand' }).focus();
  await page.keyboard.press('Enter');
  await chooseByKeyboard('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete “Shop brand”?' });
  await dialog.getByText('support@acme.example uses it and needs another one.').waitFor();
  await saveScreenshot(page, 'template-delete');
  await dialog.getByRole('combobox', { name: 'The template that takes its place' }).click();
  await page.getByRole('option', { name: 'Copy of Shop brand' }).click();
  await dialog.getByRole('button', { name: 'Delete template' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Shop brand', exact: true }).waitFor({ state: 'hidden' });
  await page.getByText('Used by support@acme.example').waitFor();
});

test('a template is made by a form, without HTML', async () => {
  await page.goto(`${environment.url}/acme/apps/email/templates`);
  await page.getByRole('link', { name: 'New template' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Harbour');
  await page.getByLabel('Text of the header').fill('Harbour Teas');
  await frame(page).getByText('Harbour Teas', { exact: true }).waitFor();
  await page.locator('input[type=file]').setInputFiles({
    name: 'logo.png',
    mimeType: 'image/png',
    buffer: onePixelPng,
  });
  await page.getByText('Say what it shows').waitFor();
  await page.getByLabel('Alternative text').fill('Harbour');
  await frame(page).getByRole('img', { name: 'Harbour' }).waitFor();
  await page.getByLabel('Text', { exact: true }).fill('#999999');
  await page.getByText('Hard to read: a contrast of 2.8').waitFor();
  await page.getByLabel('Text', { exact: true }).fill('#222222');
  await page.getByRole('button', { name: 'Add a link' }).click();
  await page.getByLabel('Link', { exact: true }).fill('Help');
  await page.getByLabel('Address on the web').fill('https://harbour.example/help');
  await page.getByRole('switch', { name: 'Links as buttons' }).click();
  await frame(page).getByRole('link', { name: 'Help' }).waitFor();
  await saveScreenshot(page, 'template-form');

  const program = page.getByRole('combobox', { name: 'Mail program' });
  await program.selectOption('Outlook on Windows');
  await page.getByText(/It does not apply .*border-radius/).waitFor();
  await frame(page).getByText('thank you for writing to us').waitFor();
  await saveScreenshot(page, 'template-outlook');
  await program.selectOption('Gmail app');
  await page.getByText(/It does not apply .*prefers-color-scheme/).waitFor();
  await page.getByText('Dark', { exact: true }).click();
  const ofBody = () => frame(page).locator('body').getAttribute('style');
  await expect.poll(ofBody).toMatch(/^background-color:#1b1b1b/);
  await saveScreenshot(page, 'template-gmail-app-dark');
  await program.selectOption('As it is sent');

  // Its HTML is edited further, and the form says what going back would lose.
  await page.getByText('HTML', { exact: true }).click();
  const editor = page.getByRole('textbox', { name: 'HTML of the template' });
  await editor.getByText('Harbour Teas').waitFor();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.insertText('<!-- ours -->\n');
  await page.getByText('Form', { exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Go back to the form?' });
  await dialog.getByText('1 line that was written by hand is lost, and none comes back').waitFor();
  await dialog.getByText('<!-- ours -->').waitFor();
  await dialog.getByRole('button', { name: 'Keep the HTML' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expectAccessible(page, 'HTML of a form');
  await page.getByText('Form', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Use the form' }).click();
  await expect.poll(() => page.getByLabel('Text of the header').inputValue()).toBe('Harbour Teas');
  await page.getByRole('button', { name: 'Save template' }).click();
  await page.waitForURL(/templates\/[0-9a-f-]{36}$/);
  await page.reload();
  await expect.poll(() => page.getByLabel('Alternative text').inputValue()).toBe('Harbour');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Templates' }).click();
});

test.each([
  ['wide-light', 1440, 900, 'light'],
  ['wide-dark', 1440, 900, 'dark'],
  ['phone-light', 400, 800, 'light'],
  ['phone-dark', 400, 800, 'dark'],
] as const)('the pages are accessible: %s', async (name, width, height, colorScheme) => {
  // Each without animations, as many set their computers to.
  const at = await openInbox('admin', width, height, { colorScheme, reducedMotion: 'reduce' });
  const scan = async (what: string) => {
    await saveScreenshot(at, `${what}-${name}`);
    await expectAccessible(at, what);
    const wide = await at.evaluate('document.documentElement.scrollWidth');
    expect(wide, what).toBeLessThanOrEqual(width);
  };
  await at.goto(`${environment.url}/acme/apps/email/templates`);
  await at.getByRole('link', { name: 'Copy of Shop brand' }).waitFor();
  await scan('templates');
  await at.getByRole('link', { name: 'Harbour' }).click();
  await frame(at).getByText('Harbour Teas', { exact: true }).waitFor();
  await scan('template-form');
  await at.getByRole('link', { name: 'Templates' }).click();
  await at.getByRole('link', { name: 'Copy of Shop brand' }).click();
  await frame(at).getByText('Mine again').waitFor();
  await at.getByRole('textbox', { name: 'HTML of the template' }).getByText('Mine again').waitFor();
  await write(at, brand);
  await frame(at).getByText('Dear Ana').waitFor();
  await scan('template');
  await at.getByRole('button', { name: 'Insert data' }).click();
  await at.getByPlaceholder('Find a name').waitFor();
  await scan('template-insert');
  await at.keyboard.press('Escape');
  await at.getByRole('button', { name: 'Send a test' }).click();
  await at.getByRole('button', { name: 'Send test' }).waitFor();
  await scan('template-test');
  await at.keyboard.press('Escape');
  await at.getByRole('button', { name: 'Send test' }).waitFor({ state: 'hidden' });
  await at.getByRole('button', { name: 'Versions' }).click();
  await at.getByText('Version 1').waitFor();
  await scan('template-versions');
  await at.context().close();
});

test('agents cannot open the templates', async () => {
  const at = await openInbox('agent');
  for (const path of ['apps/email/templates', 'apps/email/templates/new']) {
    await at.goto(`${environment.url}/acme/${path}`);
    await at.getByRole('heading', { name: 'This page does not exist' }).waitFor();
  }
  await at.context().close();
});
