import type { Page } from 'playwright-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { clippedTexts } from './accessibility.ts';
import { followRequests, newUserContext, saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, instanceOf, startSession } from './steps.ts';

setUp();
let paths: string[];

/** A word that is wider than a phone, as German has them. */
const word = 'Donaudampfschifffahrtsgesellschaftskapitänsmütze'.repeat(2);
const longAddress = 'customer-service-and-returns-department@subdomain.of.a.long.company-name.example';

beforeAll(async () => {
  const page = await openInbox();
  const mailboxId = await connect(page, environment, 'support@acme.example', word);
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  const make = <Body>(method: string, path: string, body: object) =>
    callApi<Body>(page, environment, method, `${instance}/${path}`, body);
  const bulkId = crypto.randomUUID();
  await make('PUT', `bulk-messages/${bulkId}`, { mailboxId, subject: word, html: '<p>Hello</p>' });
  await make('PUT', `saved-replies/${crypto.randomUUID()}`, {
    name: 'refund-for-a-parcel-that-was-too-late',
    html: `<p>${word}</p>`,
  });
  const { template } = await make<{ template: { id: string } }>('POST', 'templates', {
    name: word,
    html: '<p>{{{draft.htmlBody}}}</p>',
  });
  const { webhook } = await make<{ webhook: { id: string } }>('POST', 'webhooks', {
    url: `https://hooks.example/${'a'.repeat(200)}`,
    description: word,
    eventTypes: ['message.stored'],
  });
  // Disconnected ones, so that nothing looks for their mail.
  await runInDatabase(
    environment,
    `insert into mailbox (instance_id, id, google_sub, address, display_name, cursor, connected_at,
       template_id, disconnected_at, disconnected_code)
     select instance_id, gen_random_uuid(), 'sub-' || number, number || $1, display_name, 1, now(),
       $2, now(), 'revoked' from mailbox, generate_series(1, 60) number where id = $3`,
    [longAddress, template.id, mailboxId],
  );
  paths = [
    'bulk',
    `bulk/${bulkId}`,
    'apps/email',
    `apps/email/${mailboxId}`,
    'apps/email/templates',
    `apps/email/templates/${template.id}`,
    'settings/writing',
    'settings/webhooks',
    `settings/webhooks/${webhook.id}`,
    'settings/audit',
  ];
  await page.context().close();
});

/** What can be scrolled sideways; on a phone tables may. */
const scrolledSideways = (page: Page, tables: boolean) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('main, main *')]
    .filter((one) => ${tables} || !one.querySelector('table') || one.localName === 'main')
    .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.localName + '.' + one.className)`);

test.each([
  [1440, 'en-GB'],
  [1024, 'fr-FR'],
  [400, 'de-DE'],
] as const)('long words fit: %i px, %s', async (width, locale) => {
  const page = await (await newUserContext(browser, width, 900, { locale })).newPage();
  await startSession(page, environment);
  const requestsDone = followRequests(page);
  const wrong: Record<string, string> = {};
  for (const path of paths) {
    await page.goto(`${environment.url}/acme/${path}`);
    await page.getByRole('main').waitFor();
    await requestsDone();
    const name = path.replace(/[0-9a-f-]{36}/, 'one').replaceAll('/', '-');
    // Until the code and the fonts of the page are loaded, it may be larger.
    const found = await vi
      .waitFor(
        async () => {
          const tooLarge = [...(await scrolledSideways(page, width > 760)), ...(await clippedTexts(page))];
          const height = await page.evaluate<number>('document.documentElement.scrollHeight');
          if (height > 900) tooLarge.push(`the document is ${height} px high`);
          if (tooLarge.length > 0) throw new Error(tooLarge.join(', '));
        },
        { timeout: 5_000, interval: 200 },
      )
      .catch(({ message }: Error) => message);
    await saveScreenshot(page, `long-${width}-${name}`);
    if (found) wrong[name] = found;
  }
  expect(wrong).toEqual({});
  await page.context().close();
});

test('of many addresses that use a template the first are named', async () => {
  const page = await openInbox();
  await page.goto(`${environment.url}/acme/apps/email/templates`);
  const row = page.getByRole('listitem').filter({ hasText: word });
  await row.getByText(new RegExp(`^Used by \\d+${longAddress}, \\d+${longAddress} and 58 more$`)).waitFor();
  await saveScreenshot(page, 'long-used-by');
  await page.context().close();
});
