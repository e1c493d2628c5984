import type { Page } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import {
  answerConsent,
  chooseAccount,
  connectInOtherInstance,
  connectPageUrl,
  hasAccess,
  listAddresses,
  openConnectPage,
  openGooglePopup,
  resetSimulator,
} from './connect-steps.ts';
import { runInDatabase } from './environment.ts';
import { environment, setUp } from './set-up.ts';
import { connect, control } from './steps.ts';

const support = 'support@acme.example';
setUp();
let page: Page;
beforeAll(async () => {
  page = await openConnectPage();
  await connect(page, environment, 'sales@acme.example');
  await connectInOtherInstance(environment, { name: 'Hidden', address: 'desk@other.example', members: [] });
  await control(environment, '/accounts/add', { email: 'info@other.example', name: 'Other Info' });
  await connectInOtherInstance(environment, {
    name: 'Sister',
    address: 'info@other.example',
    members: ['admin@acme.example'],
  });
});
afterEach(() => resetSimulator(environment));

type Case = {
  name: string;
  /** Prepares the simulated Google. */
  before?: () => Promise<unknown>;
  /** What the user does in Google's window. */
  act: (google: Page) => Promise<unknown>;
  /** The error message, and another text on the page. */
  message: string;
  details?: string;
  /** The account that must not have granted any access. */
  account?: string;
};

const allow = (address: string) => async (google: Page) => {
  await chooseAccount(google, address);
  await answerConsent(google, 'Allow');
};
const unticked = (box: RegExp) => async (google: Page) => {
  await chooseAccount(google, support);
  for (const one of await google.getByRole('checkbox', { name: box }).all()) await one.uncheck();
  await answerConsent(google, 'Allow');
};
/** Google shows an error page without a redirect: the user closes the window. */
const blocked = (address: string, error: RegExp) => async (google: Page) => {
  await google.getByRole('link', { name: new RegExp(address) }).click();
  await google.getByText(error).waitFor();
  await google.close();
};
const back = (error: string) => async (google: Page) => {
  await google.getByRole('heading', { name: 'Choose an account' }).waitFor();
  const state = new URL(google.url()).searchParams.get('state');
  await google
    .goto(`${environment.url}/oauth/google/callback?${new URLSearchParams({ state: state!, error })}`)
    .catch(() => {});
};
const closed = 'The Google window was closed before you finished. Nothing was connected.';

const cases: Case[] = [
  { name: 'the window is closed', act: (google) => google.close(), message: closed },
  {
    name: 'Deny',
    act: async (google) => {
      await chooseAccount(google, support);
      await answerConsent(google, 'Deny');
    },
    message: 'You did not allow Postroom to use the account.',
  },
  {
    name: 'sending is unticked',
    act: unticked(/Send email/),
    message: `A permission was left unticked: Postroom may not send mail as ${support}.`,
    details: 'Without sending, no answer could leave.',
    account: support,
  },
  {
    name: 'reading is unticked',
    act: unticked(/View your email/),
    message: `A permission was left unticked: Postroom may not read mail as ${support}.`,
    details: 'Without reading, no customer message would arrive.',
    account: support,
  },
  {
    name: 'both are unticked',
    act: unticked(/./),
    message: `A permission was left unticked: Postroom may not read mail or send mail as ${support}.`,
    account: support,
  },
  {
    name: 'a consumer account',
    act: allow('ana.silva@mail.example'),
    message:
      'ana.silva@mail.example is a personal Google account. Postroom connects Google Workspace mailboxes.',
    account: 'ana.silva@mail.example',
  },
  {
    name: 'an account without a mailbox',
    before: () => control(environment, '/accounts', { email: support, mailOff: true }),
    act: allow(support),
    message: `${support} has no Gmail mailbox of its own: it may be a Google Group, or Gmail is switched off for it.`,
    account: support,
  },
  {
    name: 'an alias, whose account has another address',
    before: () => control(environment, '/accounts', { email: support, signsInAs: 'help@acme.example' }),
    act: allow(support),
    message: `help@acme.example is an alias: its mail is in the mailbox ${support}.`,
    account: support,
  },
  {
    name: 'the address of a group',
    act: async (google) => {
      await google.getByRole('link', { name: 'Use another account' }).click();
      await google.getByLabel('Email').fill('team@acme.example');
      await google.getByRole('button', { name: 'Next' }).click();
      await google.getByText('find your Google Account').waitFor();
      await google.close();
    },
    message: closed,
    details: 'A Google Group or an alias is no account of its own',
  },
  {
    name: 'an account that is connected here',
    act: allow('sales@acme.example'),
    message: 'sales@acme.example is already connected here.',
  },
  {
    name: 'an account of an instance the admin has no part in',
    act: allow('desk@other.example'),
    message: 'desk@other.example is already connected to another organization of this Postroom.',
  },
  {
    name: 'an account of another instance the admin is in',
    act: allow('info@other.example'),
    message: 'info@other.example is already connected in Sister.',
  },
  {
    name: 'Google does not answer for tokens',
    before: () => control(environment, '/faults', { kind: '503', method: 'token', times: null }),
    act: allow(support),
    message: 'Google did not answer.',
  },
  {
    name: 'Gmail does not answer',
    before: () => control(environment, '/faults', { kind: '503', method: 'getProfile', times: null }),
    act: allow(support),
    message: 'Google did not answer.',
    account: support,
  },
  {
    name: 'Google leads back with its own failure',
    act: back('temporarily_unavailable'),
    message: 'Google did not answer.',
  },
  {
    name: 'the policy of the domain, as Google shows it',
    before: () => control(environment, '/domains', { name: 'acme.example', blocksApps: true }),
    act: blocked(support, /admin_policy_enforced/),
    message: closed,
    details: 'The Google Workspace administrator of the account does not let apps use Gmail.',
  },
  {
    name: 'the policy of the domain, as Google leads back with it',
    act: back('admin_policy_enforced'),
    message: 'Your Google Workspace administrator does not allow Postroom to use Gmail.',
  },
  {
    name: 'an app in Testing, and the account is not on its list',
    before: () => control(environment, '/clients', { testing: true, testUsers: ['john@acme.example'] }),
    act: blocked(support, /developer-approved testers/),
    message: closed,
    details: 'The Google client of this Postroom is in Testing, and the account is not on its list.',
  },
  {
    name: 'an app of another organization',
    before: () => control(environment, '/clients', { internalTo: 'other.example' }),
    act: blocked(support, /org_internal/),
    message: closed,
    details: 'This Postroom connects accounts of its own Google Workspace organization only',
  },
  {
    name: 'a disabled account',
    before: () => control(environment, '/accounts', { email: support, disabled: true }),
    act: blocked(support, /account_disabled/),
    message: closed,
    details: 'Have the Google Workspace administrator restore it',
  },
  {
    name: 'it takes too long',
    act: async (google) => {
      await google.getByRole('heading', { name: 'Choose an account' }).waitFor();
      await runInDatabase(environment, `update connection set expires_at = now() where state = 'waiting'`);
      if (!google.isClosed()) await google.close();
    },
    message: 'This sign-in took too long. Nothing was connected.',
  },
];

test.each(cases)('$name: an error message, and nothing is connected', async (one) => {
  await page.goto(connectPageUrl(environment));
  const before = await listAddresses(page, environment);
  await one.before?.();
  const google = await openGooglePopup(page);
  await one.act(google);
  const outcome = page.getByRole('alert');
  await outcome.getByText(one.message).waitFor();
  if (one.details) await page.getByText(one.details).waitFor();
  // For another attempt the button has the focus, as before the first.
  await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe('Sign in with Google');
  await expect.poll(() => google.isClosed()).toBe(true);
  expect(await page.textContent('body')).not.toContain('Hidden');
  expect(await listAddresses(page, environment)).toEqual(before);
  if (one.account) await expect.poll(() => hasAccess(environment, one.account!)).toBe(false);
  await expectAccessible(page);
  await saveScreenshot(page, `connecting-${one.name.replace(/\W+/g, '-')}`);
});
