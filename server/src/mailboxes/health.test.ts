import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount, setDomain } from '../../../google-simulator/src/accounts.ts';
import { changePassword } from '../../../google-simulator/src/revocation.ts';
import { type Disconnection, disconnections } from '../google/disconnections.ts';
import { openParser, type Parser } from '../inbound/parser.ts';
import { syncMailbox } from '../inbound/sync.ts';
import { type Admin, connectingBench } from '../testing/connecting.ts';
import { controls } from '../testing/gmail.ts';

let bench: Awaited<ReturnType<typeof connectingBench>>;
let world: ReturnType<typeof controls>;
let parser: Parser;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  bench = await connectingBench();
  world = controls(bench.google);
  parser = openParser();
});
afterAll(async () => {
  await parser.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.forgetMailboxes();
  acme = await bench.admin();
  mailboxId = await bench.connect(acme, address);
});

const address = 'support@acme.example';
const at = () => ({ instanceId: acme.instanceId, mailboxId });
const { signal } = new AbortController();

/** Reads the mailbox once, as the house does by itself, and answers how it then stands. */
async function afterALook() {
  await syncMailbox({ ...bench.needs, parser }, at(), signal);
  return (await bench.list(acme))[0]!;
}

type Way = { ends: () => unknown; undo: () => unknown; code: Disconnection };
const simulator = () => bench.google.simulator;
const account = (change: { disabled?: boolean; mailOff?: boolean }) =>
  setAccount(simulator().store, simulator().clock, address, change);
const blocked = (blocksApps: boolean) => setDomain(simulator().store, 'acme.example', { blocksApps });
/** The access token runs out too, so that Google is asked for the next. */
const hourLater = () => simulator().clock.advance(2 * 3_600_000);

const ways: Record<string, Way> = {
  'removed in the Google account': {
    ends: () => bench.google.removeEveryAccess(),
    undo: () => {},
    code: 'access-ended',
  },
  'password changed': {
    ends: () => {
      const row = simulator().store.get<{ sub: string }>('SELECT sub FROM accounts WHERE email = ?', address);
      changePassword(simulator(), row!.sub);
    },
    undo: () => {},
    code: 'access-ended',
  },
  'account disabled': {
    ends: () => account({ disabled: true }),
    undo: () => account({ disabled: false }),
    code: 'account-closed',
  },
  'Gmail switched off': {
    ends: () => account({ mailOff: true }),
    undo: () => account({ mailOff: false }),
    code: 'gmail-off',
  },
  'app blocked by the Workspace': {
    ends: () => {
      blocked(true);
      hourLater();
    },
    undo: () => blocked(false),
    code: 'blocked-by-admin',
  },
};

test.each(Object.entries(ways))(
  '%s: Disconnected, with its reason, at the next look (C11)',
  async (_what, way) => {
    expect(await afterALook()).toMatchObject({ state: 'connected' });
    await way.ends();
    const { state, disconnected } = await afterALook();
    await way.undo();
    expect(state).toBe('disconnected');
    expect(disconnected).toMatchObject({ code: way.code, ...disconnections[way.code] });
  },
);

test.each(['503', 'cut', 'rate-limit', 'userRateLimitExceeded'] as const)(
  'trouble that passes (%s) is no disconnection',
  async (kind) => {
    await world.fault('history.list', kind, null);
    expect(await afterALook()).toMatchObject({ state: 'connected', disconnected: null });
    await world.clear();
  },
);

test('an access token that merely ran out is renewed unseen', async () => {
  hourLater();
  expect(await afterALook()).toMatchObject({ state: 'connected', disconnected: null });
});
