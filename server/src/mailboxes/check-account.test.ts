import { expect, test } from 'vitest';
import { requiredScopes } from '../google/scopes.ts';
import { translateProblem } from '../locales/translate.ts';
import { type AccountCandidate, accountProblem } from './check-account.ts';

const good: AccountCandidate = {
  authorized: {
    account: { sub: '1', email: 'Support@acme.example', emailVerified: true, hostedDomain: 'acme.example' },
    missingScopes: [],
    tokens: { scope: 'openid email' },
  },
  profile: { kind: 'ok', value: { address: 'support@acme.example', historyId: '1', serverDate: null } },
  allowConsumerAccounts: false,
  instanceId: 'here',
  connectedIn: null,
  connectedInName: null,
  reconnects: null,
  twoWay: false,
  disconnectedHere: false,
};
const account = (change: Partial<AccountCandidate['authorized']['account']>): Partial<AccountCandidate> => ({
  authorized: { ...good.authorized, account: { ...good.authorized.account, ...change } },
});
const support = { googleSub: '1', address: 'support@acme.example' };
const consumer = account({ email: 'ana@gmail.example', hostedDomain: null });

test.each<[string, Partial<AccountCandidate>, string | null]>([
  ['a Workspace mailbox', {}, null],
  ['a personal account', consumer, 'consumer-account'],
  [
    'a personal account with an address that looks like a company',
    account({ hostedDomain: null }),
    'consumer-account',
  ],
  [
    'a personal account where they are allowed',
    { ...account({ hostedDomain: null }), allowConsumerAccounts: true },
    null,
  ],
  ['an address Google has not verified', account({ emailVerified: false }), 'address-unverified'],
  [
    'an unticked box',
    { authorized: { ...good.authorized, missingScopes: [requiredScopes[1]] } },
    'permissions-missing',
  ],
  ['an alias', account({ email: 'help@acme.example' }), 'alias'],
  ['no Gmail', { profile: { kind: 'disconnected', code: 'gmail-disabled' } }, 'no-mailbox'],
  [
    'a grant revoked a moment ago',
    { profile: { kind: 'disconnected', code: 'access-revoked' } },
    'access-revoked',
  ],
  [
    'blocked by the Workspace',
    { profile: { kind: 'disconnected', code: 'blocked-by-admin' } },
    'connect-blocked-by-admin',
  ],
  [
    'Gmail in trouble',
    { profile: { kind: 'retry', after: null, cause: 'timed-out', uncertain: true } },
    'connect-google-unreachable',
  ],
  [
    'refused for now, or without mailbox',
    { profile: { kind: 'retry', after: null, cause: 'precondition', uncertain: true, message: 'Wait' } },
    'connect-refused-for-now',
  ],
  ['connected in another instance', { connectedIn: 'there' }, 'connected-elsewhere'],
  ['connected here', { connectedIn: 'here' }, 'already-connected'],
  ['disconnected here: that is reconnecting', { connectedIn: 'here', disconnectedHere: true }, null],
  ['reconnecting what is connected still', { connectedIn: 'here', reconnects: support }, null],
  ['reconnecting with another account', { reconnects: { ...support, googleSub: '2' } }, 'another-account'],
  [
    'reconnecting an account whose address was changed',
    { reconnects: { ...support, address: 'old@acme.example' } },
    null,
  ],
])('%s', (_what, change, code) => {
  const problem = accountProblem({ ...good, ...change });
  expect(problem?.code ?? null).toBe(code);
  if (problem) expect(Object.values(translateProblem('en', problem))).not.toContain('');
});

test('the missing permissions are named', () => {
  const problem = accountProblem({
    ...good,
    authorized: { ...good.authorized, missingScopes: [...requiredScopes] },
  });
  expect(translateProblem('en', problem!).title).toBe(
    'A permission was left unticked: Postroom may not read mail or send mail as support@acme.example.',
  );
});
