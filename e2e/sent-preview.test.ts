import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { simpleParser } from 'mailparser';
import type { Locator, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { beforeAll, expect, test, vi } from 'vitest';
import { saveScreenshot } from './browser.ts';
import { compare } from './compare-pictures.ts';
import { picture, settledScreenshot } from './pictures.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, deliver, instanceOf } from './steps.ts';

const support = 'support@acme.example';
const looks = [600, 360].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

setUp();
let page: Page;
let alone: Page;
/** What the page on its own shows. */
let shownAlone = '';
let base: string;
let mailboxId: string;

beforeAll(async () => {
  page = await openInbox('admin', 1920, 2_400);
  base = `/api/instances/${await instanceOf(page, environment)}`;
  mailboxId = await connect(page, environment, support);
  alone = await browser.newPage();
  await alone.route(
    () => true,
    (route) =>
      new URL(route.request().url()).host === 'alone.example'
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: shownAlone })
        : route.abort(),
  );
});

const template = readFileSync(new URL('./sent-templates/hybrid.html', import.meta.url), 'utf8')
  .replace('{{light}}', picture('180x48,#0f6b63'))
  .replace('{{dark}}', picture('180x48,#e0b04c'));

/** HTML in a page of its own, as a mail program with this width and color scheme shows it. */
async function showAlone(html: string, { width, colorScheme }: (typeof looks)[number]): Promise<PNG> {
  shownAlone = html;
  await alone.setViewportSize({ width, height: 100 });
  await alone.emulateMedia({ colorScheme });
  await alone.goto('https://alone.example/');
  return PNG.sync.read(await alone.screenshot({ fullPage: true, animations: 'disabled' }));
}

/** The HTML part of the newest message sent from the address, its pictures in `data:` URLs, and its text. */
async function lastSent(): Promise<{ id: string; html: string; text: string }> {
  const mailbox = `${environment.google}/control/mailboxes/${support}/messages`;
  const { messages } = (await (await fetch(mailbox)).json()) as {
    messages: Array<{ id: string; labels: string[] }>;
  };
  const { id } = messages.findLast(({ labels }) => labels.includes('SENT')) ?? { id: '' };
  if (!id) return { id, html: '', text: '' };
  const raw = await fetch(`${environment.google}/mail/${support}/message/${id}/original`);
  const mail = await simpleParser(await raw.text());
  return { id, html: String(mail.html), text: mail.text ?? '' };
}

async function expectSame(name: string, actual: PNG, wanted: PNG): Promise<void> {
  const difference = compare(actual, wanted);
  const pictures = process.env.E2E_PICTURES;
  if (pictures)
    for (const [kind, image] of Object.entries({ actual, wanted, difference: difference.image }))
      await writeFile(`${pictures}/${name}-${kind}.png`, PNG.sync.write(image));
  expect(difference.share, name).toBe(0);
}

/**
 * A screenshot of the preview's frame in its color scheme, at whole pixels and not clipped by rounded corners. A
 * preview whose customer was stored meanwhile replaces its frame: then it is taken again.
 */
async function pinnedScreenshot(frame: Locator): Promise<PNG> {
  type Frame = { style: Record<string, string>; contentDocument: { documentElement: Frame } | null };
  return vi.waitFor(async () => {
    const colorScheme = await frame.evaluate((element) => {
      const { style, contentDocument } = element as unknown as Frame;
      Object.assign(style, { position: 'fixed', top: '0', left: '0', zIndex: '1000' });
      return contentDocument?.documentElement.style.colorScheme;
    });
    expect(colorScheme).toBeTruthy();
    const taken = await settledScreenshot(frame);
    const position = await frame.evaluate((element) => {
      const { style } = element as unknown as Frame;
      const { position } = style;
      style.position = '';
      return position;
    });
    expect(position).toBe('fixed');
    return taken;
  }, 20_000);
}

/** Compares the preview on the page with what was sent, in each width and color scheme. */
async function expectPreviewOf(name: string, sent: { html: string; text: string }): Promise<void> {
  for (const look of looks) {
    const { width, colorScheme } = look;
    await page.getByText(`${width} px`, { exact: true }).click();
    await page.getByText(colorScheme === 'dark' ? 'Dark' : 'Light', { exact: true }).click();
    const frame = page.locator('iframe[title="Preview"]');
    await expect
      .poll(() => frame.evaluate((element) => (element as unknown as { clientWidth: number }).clientWidth))
      .toBe(width);
    const actual = await pinnedScreenshot(frame);
    await expectSame(`${name}-${width}-${colorScheme}`, actual, await showAlone(sent.html, look));
  }
  // A customer who is not stored yet has no id, and the link of a preview unsubscribes nobody.
  const plain = (text: string) =>
    text
      .replace(/c=[\w-]*|unsubscribe\/\S*/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const shown = await page.getByRole('region', { name: 'Plain text' }).locator('pre').textContent();
  expect(plain(shown ?? '')).toBe(plain(sent.text));
}

const createTemplate = async (html: string) =>
  (
    await callApi<{ template: { id: string } }>(page, environment, 'POST', `${base}/templates`, {
      name: 'Harbour',
      html,
    })
  ).template.id;

test('a template for many mail programs keeps its look, and the preview is what is sent', async () => {
  await deliver(environment, 'Late parcel', '<p>Where is my parcel?</p>');
  await page.getByRole('link', { name: /Late parcel/ }).waitFor();
  const id = await createTemplate(template);
  await page.goto(`${environment.url}/acme/apps/email/templates/${id}`);
  await page.getByRole('combobox', { name: 'With the data of' }).click();
  await page.getByRole('option', { name: /^Late parcel/ }).click();
  await page.frameLocator('iframe[title="Preview"]').getByText('Dear Ana').waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByText(/^Test sent to/).waitFor();
  await page.keyboard.press('Escape');
  const sent = await lastSent();
  await expectPreviewOf('template', sent);
  await saveScreenshot(page, 'sent-preview-template');

  // What the author wrote, with the data and nothing else.
  const body = /<h1[^>]*>Dear Ana<\/h1>(.*?)<\/td>/s.exec(sent.html)![1]!.replace(/ style="[^"]*"/g, '');
  const written = template
    .replace('{{draft.htmlBody}}', body)
    .replaceAll('{{customer.firstName}}', 'Ana')
    .replaceAll('{{customer.id}}', '1')
    .replace('{{user.displayName}}', environment.demo.admin.name);
  for (const look of looks) {
    const name = `template-written-${look.width}-${look.colorScheme}`;
    await expectSame(name, await showAlone(sent.html, look), await showAlone(written, look));
  }
  for (const outlook of template.match(/<!--\[if mso\]>.*?<!\[endif\]-->/gs) ?? [])
    expect(sent.html.replace(/c=[\w-]+&/, 'c={{customer.id}}&')).toContain(outlook);
});

test('the preview of a template without a document is what is sent', async () => {
  const id = await createTemplate(
    '<div style="max-width:500px;margin:0 auto">{{draft.htmlBody}}<table><tr><td>Acme</table></div>',
  );
  await page.goto(`${environment.url}/acme/apps/email/templates/${id}`);
  await page.frameLocator('iframe[title="Preview"]').getByText('Acme').waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByText(/^Test sent to/).waitFor();
  await page.keyboard.press('Escape');
  await expectPreviewOf('fragment', await lastSent());
});

test('the pictures of a preview come from the server of the page', async () => {
  const addresses = ['logo', 'wide', 'cell', 'paper', 'line'].map(
    (name) => `https://pictures.example/${name}.png`,
  );
  const [logo, wide, cell, paper, line] = addresses;
  const id = await createTemplate(
    `<html lang="en"><head><style>.paper{background:url(${paper})}</style></head><body>{{draft.htmlBody}}
     <img src="${logo}" srcset="${wide} 1x" alt="Acme"><p class="paper">Paper</p>
     <table><tr><td background="${cell}">Cell</td></tr></table>
     <p style="background-image:url('${line}')">Line</p></body></html>`,
  );
  const asked: string[] = [];
  const note = (request: { url(): string }) => asked.push(request.url());
  page.on('request', note);
  await page.route('**/preview-images?*', (route) =>
    route.fulfill({ contentType: 'image/png', body: Buffer.from(picture('30x20,#0f6b63'), 'base64') }),
  );
  await page.goto(`${environment.url}/acme/apps/email/templates/${id}`);
  const image = page.frameLocator('iframe[title="Preview"]').getByAltText('Acme');
  await expect.poll(() => image.evaluate((element) => element.naturalWidth)).toBe(30);
  const fetched = () =>
    asked.flatMap((url) => (url.includes('/preview-images?') ? new URL(url).searchParams.get('url')! : []));
  // The browser takes the candidate of `srcset`.
  await expect.poll(() => [...new Set(fetched())].sort()).toEqual([cell, line, paper, wide].sort());
  expect(asked.filter((url) => new URL(url).host === 'pictures.example')).toEqual([]);
  page.off('request', note);
  await page.unroute('**/preview-images?*');
});

test('the preview of a bulk message is what is sent, with the signature', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await callApi(page, environment, 'PATCH', `${base}/writing-settings`, {
    signature: '<p>Ada <b>of Acme</b></p>',
  });
  await callApi(page, environment, 'PATCH', `${base}/mailboxes/${mailboxId}`, {
    templateId: await createTemplate(template),
  });
  const before = (await lastSent()).id;
  await page.goto(`${environment.url}/acme/bulk`);
  await page.getByRole('button', { name: 'Write a bulk message' }).click();
  await page.getByLabel('Subject').fill('News');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Hello {{firstName}}, the new teas are here.');
  const { name, email } = environment.demo.admin;
  await page.getByLabel('Paste a list').fill(`email;name\n${email};${name}\n`);
  await page.getByRole('button', { name: 'Add the list' }).click();
  await page.frameLocator('iframe[title="Preview"]').getByText('of Acme').waitFor();
  await page.getByRole('button', { name: 'Send a test to me' }).click();
  await page.getByText(/^A test is on its way to/).waitFor();
  await expect.poll(async () => (await lastSent()).id, { timeout: 90_000 }).not.toBe(before);
  await expectPreviewOf('bulk', await lastSent());
  await saveScreenshot(page, 'sent-preview-bulk');
});
