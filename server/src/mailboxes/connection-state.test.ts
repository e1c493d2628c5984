import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { setAccount, setDomain } from '../../../google-simulator/src/accounts.ts';
import { defaultClient, saveClient } from '../../../google-simulator/src/clients.ts';
import { changePassword } from '../../../google-simulator/src/revocation.ts';
import { type Disconnection, disconnections } from '../google/disconnections.ts';
import { createSealer } from '../google/seal.ts';
import { openParser, type Parser } from '../inbound/parse/parser.ts';
import { syncMailbox } from '../inbound/sync/sync-mailbox.ts';
import { type Admin, createConnectionFixture } from '../testing/connection-fixture.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { grantPurpose } from './gmail-access.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let world: ReturnType<typeof simulatorControls>;
let parser: Parser;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
  world = simulatorControls(fixture.google);
  parser = openParser();
});
afterAll(async () => {
  await parser.close();
  await fixture.close();
});
beforeEach(async () => {
  await fixture.truncateMailboxes();
  acme = await fixture.admin();
});

const support = 'support@acme.example';
const { signal } = new AbortController();

/** Syncs the mailbox once and returns its state. */
async function afterSync() {
  await syncMailbox({ ...fixture.needs, parser }, { instanceId: acme.instanceId, mailboxId }, signal);
  return (await fixture.list(acme))[0]!;
}

type Way = { ends: () => unknown; undo?: () => unknown; code: Disconnection; address?: string };
const simulator = () => fixture.google.simulator;
const account = (change: { disabled?: boolean; mailOff?: boolean }) =>
  setAccount(simulator().store, simulator().clock, support, change);
const blocked = (blocksApps: boolean) => setDomain(simulator().store, 'acme.example', { blocksApps });
const secretAtGoogle = (secret: string) => saveClient(simulator().store, { ...defaultClient, secret });
/** Expires the access token, so that Google is asked for the next one. */
const hourLater = () => simulator().clock.advance(2 * 3_600_000);
const grant = (statement: string, values: unknown[] = []) =>
  fixture.needs.deployment.pool.query(statement, values);

const ways: Record<string, Way> = {
  'removed in the Google account': { ends: () => fixture.google.removeEveryAccess(), code: 'access-revoked' },
  'password changed': {
    ends: () => {
      const row = simulator().store.get<{ sub: string }>('SELECT sub FROM accounts WHERE email = ?', support);
      changePassword(simulator(), row!.sub);
    },
    code: 'access-revoked',
  },
  'a second 401, with a fresh token': {
    ends: () => world.fault('history.list', 'unauthorized', null),
    code: 'access-revoked',
  },
  'account disabled': {
    ends: () => account({ disabled: true }),
    undo: () => account({ disabled: false }),
    code: 'account-disabled',
  },
  'account deleted': {
    address: 'billing@acme.example',
    ends: () => setAccount(simulator().store, simulator().clock, 'billing@acme.example', { deleted: true }),
    code: 'account-disabled',
  },
  'Gmail switched off': {
    ends: () => account({ mailOff: true }),
    undo: () => account({ mailOff: false }),
    code: 'gmail-disabled',
  },
  'app blocked by the Workspace, seen by the refresh': {
    ends: () => {
      blocked(true);
      hourLater();
    },
    undo: () => blocked(false),
    code: 'blocked-by-admin',
  },
  'app blocked by the Workspace, seen by Gmail': {
    ends: () => world.fault('history.list', 'domainPolicy', null),
    code: 'blocked-by-admin',
  },
  'Gmail API switched off': {
    ends: () => world.fault('history.list', 'accessNotConfigured', null),
    code: 'gmail-api-disabled',
  },
  'permission lost': {
    ends: () => world.fault('history.list', 'insufficientPermissions', null),
    code: 'scope-missing',
  },
  'sign-in expired (invalid_rapt)': {
    ends: () => {
      hourLater();
      return world.fault('token', 'invalid_rapt', null);
    },
    code: 'sign-in-expired',
  },
  'client secret changed': {
    ends: () => {
      secretAtGoogle('another secret');
      hourLater();
    },
    undo: () => secretAtGoogle(defaultClient.secret),
    code: 'oauth-client-rejected',
  },
  'tokens missing': { ends: () => grant('delete from mailbox_grant'), code: 'tokens-missing' },
  'tokens sealed with another secret': {
    ends: async () => {
      const other = createSealer(['a secret that this Postroom does not have']);
      const sealed = await other.seal('1//0token', grantPurpose(mailboxId));
      await grant('update mailbox_grant set refresh_token = $1', [sealed]);
    },
    code: 'tokens-undecryptable',
  },
};

test.each(Object.entries(ways))(
  '%s: the next sync shows Disconnected with its reason (C11)',
  async (_what, way) => {
    mailboxId = await fixture.connect(acme, way.address ?? support);
    expect(await afterSync()).toMatchObject({ state: 'connected' });
    await way.ends();
    const { state, disconnected } = await afterSync();
    await way.undo?.();
    await world.clear();
    expect(state).toBe('disconnected');
    expect(disconnected).toMatchObject({ code: way.code, params: {} });
  },
);

test('every cause that a sync can find has its own code', () => {
  const tested = new Set<string>(Object.values(ways).map(({ code }) => code));
  // These two come from a security event (security-events.test.ts) or from the age of the grant (below).
  const elsewhere = ['account-hijacked', 'testing-expired'];
  expect(disconnections.filter((code) => !tested.has(code))).toEqual(expect.arrayContaining(elsewhere));
  expect(tested.size + elsewhere.length).toBe(Object.keys(disconnections).length);
});

/** Changes the clock for everyone, Google included, but not the timers. */
function moveClock(later: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + later });
}
const day = 24 * 3_600_000;

test.each([
  ['seven days after the grant', 7 * day + 60_000, true, 'testing-expired'],
  ['within the hour of its last access token', 7 * day + 3_000_000, true, 'testing-expired'],
  ['much later, when nothing ran meanwhile', 9 * day, true, 'access-revoked'],
] as const)('an expiry in Testing is recognized by its age: %s', async (_when, later, testing, code) => {
  saveClient(simulator().store, { ...defaultClient, testing });
  mailboxId = await fixture.connect(acme, support);
  saveClient(simulator().store, defaultClient);
  try {
    moveClock(6 * day);
    expect(await afterSync()).toMatchObject({ state: 'connected' });
    vi.useRealTimers();
    moveClock(later);
    expect((await afterSync()).disconnected?.code).toBe(code);
  } finally {
    vi.useRealTimers();
  }
});

test('an access removed on another day did not expire in Testing', async () => {
  mailboxId = await fixture.connect(acme, support);
  try {
    moveClock(7 * day - 3 * 3_600_000);
    fixture.google.removeEveryAccess();
    expect((await afterSync()).disconnected?.code).toBe('access-revoked');
  } finally {
    vi.useRealTimers();
  }
});
