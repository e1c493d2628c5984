import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestEnvironment } from './environment.ts';

/** Signs in as one of the demo's people and waits for the inbox. */
export async function signIn(
  page: Page,
  environment: TestEnvironment,
  who: 'admin' | 'agent' = 'admin',
): Promise<void> {
  const { email, password } = environment.demo[who];
  await page.goto(environment.url);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

/** Calls the API as the signed-in page would. */
export async function callApi<Answer>(
  page: Page,
  environment: TestEnvironment,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await page.request.fetch(environment.url + path, { method, ...(body && { data: body }) });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

/** The instance the signed-in user is in first. */
export async function instanceOf(page: Page, environment: TestEnvironment): Promise<string> {
  const me = await callApi<{ instances: Array<{ id: string }> }>(page, environment, 'GET', '/api/me');
  return me.instances[0]!.id;
}

/** So many seconds pass before what somebody sends leaves; 0 where a test looks at something else than the undo. */
export async function setUndoSeconds(
  page: Page,
  environment: TestEnvironment,
  undoSeconds: 0 | 10,
): Promise<void> {
  const instance = await instanceOf(page, environment);
  await callApi(page, environment, 'PATCH', `/api/instances/${instance}/writing-settings`, { undoSeconds });
}

/** Connects an address, or connects it again, through Google's pages; answers the mailbox's id. */
export async function connect(page: Page, environment: TestEnvironment, address: string): Promise<string> {
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
    displayName: 'Acme Support',
    templateId: null,
    dynamicAliasName: false,
    threading: 'single',
  };
  const path = `${base}/${id}/save`;
  const { mailbox } = await callApi<{ mailbox: { id: string } }>(page, environment, 'POST', path, settings);
  return mailbox.id;
}

/** A message from outside arrives at support@acme.example. */
export async function deliver(environment: TestEnvironment, subject: string, html: string): Promise<void> {
  const raw = `From: Ana <ana@far.example>\r\nTo: support@acme.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`;
  const body = {
    from: 'ana@far.example',
    to: ['support@acme.example'],
    raw: Buffer.from(raw).toString('base64'),
  };
  await control(environment, '/deliver', body);
}

/** Changes the simulated Google, by its control endpoints. */
export async function control(environment: TestEnvironment, path: string, body: object): Promise<void> {
  const answer = await fetch(`${environment.google}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, path).toBe(true);
}
