import type { Page } from 'playwright-core';
import { runInDatabase, type TestEnvironment } from './environment.ts';
import { environment, openInbox } from './set-up.ts';
import { callApi, control, instanceOf } from './steps.ts';

export const connectPageUrl = (environment: TestEnvironment) => `${environment.url}/acme/apps/email/connect`;

/** Opens the first step of connecting as an admin, in a new browser context. */
export async function openConnectPage(): Promise<Page> {
  const page = await openInbox();
  await page.goto(connectPageUrl(environment));
  return page;
}

/** Clicks "Sign in with Google"; returns Google's window. */
export async function openGooglePopup(page: Page): Promise<Page> {
  const agree = page.getByRole('button', { name: 'Continue' });
  const button = page.getByRole('button', { name: 'Sign in with Google' });
  await agree.or(button).first().waitFor();
  if (await agree.isVisible()) await agree.click();
  const opening = page.waitForEvent('popup');
  await button.click();
  const google = await opening;
  google.setDefaultTimeout(20_000);
  return google;
}

/** Chooses an account in Google's window, and waits for the consent screen. */
export async function chooseAccount(google: Page, address: string): Promise<void> {
  await google.getByRole('link', { name: new RegExp(address) }).click();
  await google.getByRole('button', { name: 'Allow' }).waitFor();
}

/** Allows or denies; Google's window may close before the click resolves. */
export async function answerConsent(google: Page, button: 'Allow' | 'Deny'): Promise<void> {
  await google
    .getByRole('button', { name: button })
    .click({ noWaitAfter: true })
    .catch((error) => {
      if (!google.isClosed()) throw error;
    });
}

/** The mailboxes of the instance with their settings and state, from the API. */
export async function listAddresses(page: Page, environment: TestEnvironment): Promise<object[]> {
  const path = `/api/instances/${await instanceOf(page, environment)}/mailboxes`;
  type Listed = { address: string; displayName: string; state: string; threading: string };
  const { mailboxes } = await callApi<{ mailboxes: Listed[] }>(page, environment, 'GET', path);
  return mailboxes.map(({ address, displayName, state, threading }) => ({
    address,
    displayName,
    state,
    threading,
  }));
}

/** Whether any app has access to the account at Google. */
export async function hasAccess(environment: TestEnvironment, address: string): Promise<boolean> {
  const page = await fetch(`${environment.google}/connections?account=${encodeURIComponent(address)}`);
  return !(await page.text()).includes('No app has access to this account.');
}

/** Another instance of the deployment, in which this Google account is connected. */
export async function connectInOtherInstance(
  environment: TestEnvironment,
  { name, address, members }: { name: string; address: string; members: string[] },
): Promise<void> {
  const { accounts } = (await (await fetch(`${environment.google}/control/accounts`)).json()) as {
    accounts: Array<{ email: string; sub: string }>;
  };
  const { sub } = accounts.find(({ email }) => email === address)!;
  await runInDatabase(
    environment,
    `with made as (insert into instance (id, slug, name, kind)
        values (gen_random_uuid(), lower($1), $1, 'production') returning id),
      member as (insert into membership (instance_id, user_id, role)
        select made.id, users.id, 'agent' from made, users where users.email = any($4))
      insert into mailbox (instance_id, id, google_sub, address, display_name, cursor, connected_at,
        next_sync_at, watch_renew_at)
      select id, gen_random_uuid(), $2, $3, $1, 1, now(), 'infinity', 'infinity' from made`,
    [name, sub, address, members],
  );
}

/** Resets the settings of the simulated Google that the tests change. */
export async function resetSimulator(environment: TestEnvironment): Promise<void> {
  await fetch(`${environment.google}/control/faults`, { method: 'DELETE' });
  await control(environment, '/clients', { testing: false, testUsers: [], internalTo: null });
  await control(environment, '/domains', { name: 'acme.example', blocksApps: false });
  await control(environment, '/accounts', {
    email: 'support@acme.example',
    mailOff: false,
    signsInAs: null,
    disabled: false,
  });
}
