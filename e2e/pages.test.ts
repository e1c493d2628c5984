import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import { htmlPayloads } from './html-payloads.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { countExecuting, showPayloads } from './show-payloads.ts';
import { connect, deliver, signIn } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
});

test.each([
  ['wide', 1440, 900, 'light'],
  ['phone, dark', 400, 800, 'dark'],
] as const)('the pages are accessible: %s', async (name, width, height, colorScheme) => {
  await deliver(
    environment,
    `Accessible ${name}`,
    '<p>Is this readable? <a href="https://x.example">A link</a></p>',
  );
  const context = await newUserContext(browser, width, height, { colorScheme });
  const at = await context.newPage();
  const scan = async (what: string) => {
    await saveScreenshot(at, `${name.replace(/\W+/g, '-')}-${what}`);
    await expectAccessible(at, what, { targets: !what.endsWith('menu') });
  };
  await at.goto(`${environment.url}/sign-in`);
  await at.getByRole('heading', { name: 'Sign in to Postroom' }).waitFor();
  await scan('sign-in');
  await signIn(at, environment);
  await at.getByRole('link', { name: new RegExp(`Accessible ${name}`) }).waitFor();
  await scan('inbox');
  await at.getByRole('link', { name: new RegExp(`Accessible ${name}`) }).click();
  await at.getByRole('article').waitFor();
  await at.getByRole('button', { name: 'Reply', exact: true }).click();
  await at.getByRole('textbox', { name: 'Message' }).waitFor();
  await scan('conversation');
  for (const [what, path, heading] of [
    ['email', 'apps/email', 'Email addresses'],
    ['connect', 'apps/email/connect', 'Add a Gmail address'],
    ['settings', 'settings', 'Settings'],
    ['notifications', 'settings/notifications', 'Notifications'],
    ['health', 'settings/health', 'Health'],
    ['nowhere', 'nowhere/at/all', 'This page does not exist'],
  ] as const) {
    await at.goto(`${environment.url}/acme/${path}`);
    await at.getByRole('heading', { name: heading }).waitFor();
    await scan(what);
    if (what !== 'email') continue;
    await at.getByRole('button', { name: 'Actions for support@acme.example' }).click();
    await at.getByRole('menuitem', { name: 'Delete' }).waitFor();
    await scan('email-menu');
    await at.keyboard.press('Escape');
  }
  await at.goto(`${environment.url}/acme/settings`);
  await at.getByRole('link', { name: 'Notifications' }).click();
  const untaken = at.getByRole('radiogroup', { name: 'A new conversation nobody has taken' });
  const way = colorScheme === 'dark' ? 'By mail too' : 'In Postroom';
  const kept = at.waitForResponse((response) => response.request().method() === 'PATCH');
  await untaken.getByText(way).click();
  expect((await kept).status()).toBe(200);
  await at.reload();
  await expect.poll(() => untaken.getByRole('radio', { name: way }).isChecked()).toBe(true);
  await context.close();
});

test('a message runs no script and loads no external resource', async () => {
  expect(htmlPayloads.length).toBeGreaterThan(100);
  // Without sanitizing the payloads do run: so the empty lists below prove something.
  expect(await countExecuting(browser, htmlPayloads, 40)).toBeGreaterThan(40);
  expect(await showPayloads(browser, environment, htmlPayloads)).toEqual({ executed: [], outside: [] });
}, 180_000);

test('the attributes that lay out and color a message are kept', async () => {
  await deliver(
    environment,
    'Laid out by attributes',
    `<div dir="rtl" id="rtl">مرحبا</div>
    <table id="grid" width="480" border="1" cellpadding="6" align="center" bgcolor="#1a2b3c"><tr>
      <td colspan="2" align="right" valign="top" height="40"><font color="white">white on dark</font></td></tr>
      <tr><td>a</td><td>b</td></tr></table>
    <ol start="7"><li>seventh</li></ol>
    <a id="link" href="https://shop.example/a?b=c">kept</a> <a id="script" href="java\tscript:alert(1)">removed</a>
    <a id="api" href="/api/me">removed</a>`,
  );
  const page = await openInbox();
  await page.getByRole('link', { name: /Laid out by attributes/ }).click();
  const mail = page.frameLocator('article iframe').first();
  await mail.getByText('seventh').waitFor();
  const attributes = (selector: string) =>
    mail
      .locator(selector)
      .evaluate((element) =>
        Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      );
  expect(await attributes('#rtl')).toMatchObject({ dir: 'rtl' });
  expect(await attributes('#grid')).toMatchObject({
    width: '480',
    border: '1',
    cellpadding: '6',
    align: 'center',
    bgcolor: '#1a2b3c',
  });
  expect(await attributes('#grid td >> nth=0')).toMatchObject({
    colspan: '2',
    align: 'right',
    valign: 'top',
    height: '40',
  });
  expect(await attributes('font')).toMatchObject({ color: 'white' });
  expect(await attributes('ol')).toMatchObject({ start: '7' });
  expect(await attributes('#link')).toMatchObject({ href: 'https://shop.example/a?b=c' });
  expect(await attributes('#script')).not.toHaveProperty('href');
  expect(await attributes('#api')).not.toHaveProperty('href');
  await page.context().close();
});
