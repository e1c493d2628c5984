import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../testing/open-browser.ts';
import { authorizationUrl, googleClient, startForTest } from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
let browser: Browser;
let app: Server;
let back: string;
beforeAll(async () => {
  google = await startForTest();
  app = createServer((_request, response) => response.end('back at the app'));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  back = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  app?.close();
  await google?.end();
});

async function openPopup(): Promise<{ page: Page; url: string; verifier: string }> {
  const page = await browser.newPage({ viewport: { width: 500, height: 650 } });
  page.setDefaultTimeout(10_000);
  const asked = authorizationUrl(googleClient(google.url), { redirect_uri: back });
  await page.goto(asked.url);
  return { page, ...asked };
}

test('choose an account, untick a permission, allow', async () => {
  const { page, verifier } = await openPopup();
  await page.getByText('Simulated Google, for trying Postroom').waitFor();
  await page.getByRole('link', { name: 'support@acme.example' }).click();
  await page.getByRole('heading', { name: 'Postroom wants access to your Google Account' }).waitFor();
  await page.getByLabel('Send email on your behalf').uncheck();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('back at the app').waitFor();
  const code = new URL(page.url()).searchParams.get('code')!;
  const { tokens } = await googleClient(google.url).getToken({
    code,
    codeVerifier: verifier,
    redirect_uri: back,
  });
  expect(tokens.scope).toContain('gmail.readonly');
  expect(tokens.scope).not.toContain('gmail.send');
  await page.close();
});

test('another account by its address, not a group; deny', async () => {
  const { page } = await openPopup();
  await page.getByRole('link', { name: 'Use another account' }).click();
  await page.getByLabel('Email').fill('team@acme.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('find your Google Account').waitFor();
  await page.getByLabel('Email').fill('Ana.Silva@mail.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('back at the app').waitFor();
  expect(page.url()).toBe(`${back}?state=state-1&error=access_denied`);
  await page.close();
});

test('the account can be changed on the consent page despite login_hint', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  const hint = { redirect_uri: back, login_hint: 'support@acme.example', prompt: 'consent' };
  await page.goto(authorizationUrl(googleClient(google.url), hint).url);
  await page.getByRole('link', { name: 'support@acme.example' }).click();
  await page.getByRole('link', { name: 'sales@acme.example' }).click();
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  expect(await page.getByRole('link', { name: 'sales@acme.example' }).count()).toBe(1);
  await page.close();
});
