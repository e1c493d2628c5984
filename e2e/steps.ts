import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { runInDatabase, type TestEnvironment } from './environment.ts';

/** Signs in as a demo user. Without the sign-in page, which takes as long as the inbox. */
export async function startSession(
  page: Page,
  environment: TestEnvironment,
  who: 'admin' | 'agent' = 'admin',
): Promise<void> {
  const { url, demo } = environment;
  const { email, password } = demo[who];
  const request = { data: { email, password }, headers: { origin: url } };
  const answer = await page.request.post(`${url}/api/auth/sign-in/email`, request);
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** Signs in as a demo user, in English, and opens the inbox. */
export async function signIn(...session: Parameters<typeof startSession>): Promise<void> {
  const [page, { url }] = session;
  await startSession(...session);
  await page.goto(url);
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

/** Opens a conversation of the list, and moves the pointer off the list, which stands still under it. */
export async function openFromList(page: Page, row: Locator): Promise<void> {
  await row.click();
  await page.mouse.move(0, 0);
}

/** Calls the API as the signed-in page would. */
export async function callApi<Body>(
  page: Page,
  environment: TestEnvironment,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const response = await page.request.fetch(environment.url + path, { method, ...(body && { data: body }) });
  expect(response.ok(), await response.text()).toBe(true);
  return response.json();
}

/** The first instance of the signed-in user. */
export async function instanceOf(page: Page, environment: TestEnvironment): Promise<string> {
  const me = await callApi<{ instances: Array<{ id: string }> }>(page, environment, 'GET', '/api/me');
  return me.instances[0]!.id;
}

/** Sets how long a sent message can be undone; 0 in tests that do not test Undo. */
export async function setUndoSeconds(
  page: Page,
  environment: TestEnvironment,
  undoSeconds: 0 | 10,
): Promise<void> {
  const instance = await instanceOf(page, environment);
  await callApi(page, environment, 'PATCH', `/api/instances/${instance}/writing-settings`, { undoSeconds });
}

/** Keeps the page at a conversation that is set to done, instead of going on to the next. */
export async function stayAfterDone(page: Page, environment: TestEnvironment): Promise<void> {
  const instance = await instanceOf(page, environment);
  await callApi(page, environment, 'PATCH', `/api/instances/${instance}/writing-settings`, {
    afterDone: 'stay',
  });
}

/** Connects or reconnects an address through Google's pages; returns the mailbox's id. */
export async function connect(
  page: Page,
  environment: TestEnvironment,
  address: string,
  displayName = 'Acme Support',
): Promise<string> {
  const base = `/api/instances/${await instanceOf(page, environment)}/connections`;
  type Started = { id: string; authorizationUrl: string };
  const { id, authorizationUrl } = await callApi<Started>(page, environment, 'POST', base, {});
  const google = await page.context().newPage();
  await google.goto(authorizationUrl);
  await google.getByRole('link', { name: new RegExp(address) }).click();
  await google.getByRole('button', { name: 'Allow' }).click();
  await google.waitForURL(/apps\/email\/connect/);
  await google.close();
  const settings = {
    displayName,
    templateId: null,
    dynamicAliasName: false,
    threading: 'single',
  };
  const path = `${base}/${id}/save`;
  const { mailbox } = await callApi<{ mailbox: { id: string } }>(page, environment, 'POST', path, settings);
  return mailbox.id;
}

/** Delivers an HTML message to support@acme.example. Of one writer only 20 an hour are listed (R6). */
export async function deliver(
  environment: TestEnvironment,
  subject: string,
  html: string,
  from = 'ana@far.example',
): Promise<void> {
  const raw = `From: Ana <${from}>\r\nTo: support@acme.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`;
  const body = {
    from,
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  };
  await control(environment, '/deliver', body);
}

/**
 * Syncs the mailboxes until `locator` is shown: a revoked access is noticed by the next poll, which would be due
 * only a minute after the last one.
 */
export async function syncUntilShown(environment: TestEnvironment, locator: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await runInDatabase(environment, 'update mailbox set next_sync_at = now()');
      return locator.count();
    })
    .toBeGreaterThan(0);
}

/** Calls a control endpoint of the simulated Google. */
export async function control(environment: TestEnvironment, path: string, body: object): Promise<void> {
  const answer = await fetch(`${environment.google}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, path).toBe(true);
}
