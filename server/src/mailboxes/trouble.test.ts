import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { countViews } from '../conversations/count-views.ts';
import { notificationsOf } from '../notifications/list-notifications.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { mailbox } from './mailbox-view.ts';
import { watchFailingMailboxes } from './trouble.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await control.clear();
  await fixture.read((tx) => tx.sql.deleteFrom('notification').execute());
  await sync();
  expect(await state()).toBe('connected');
});

const view = async () => (await fixture.read((tx) => mailbox(tx, fixture.mailboxId)))!;
const state = async () => (await view()).state;
async function sync(): Promise<void> {
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ syncNotBefore: null }).execute());
  await fixture.sync();
}
/** Looks for outages as if so many minutes had passed. */
const afterMinutes = (minutes: number) =>
  watchFailingMailboxes(fixture.needs, new Date(Date.now() + minutes * 60_000));
const notified = async () => {
  const { notifications } = await fixture.read((tx) =>
    notificationsOf(tx, fixture.admin.browser.userId, { limit: 30 }),
  );
  return notifications.map(({ kind, problem }) => ({ kind, code: problem?.code }));
};

test.each<[FaultKind, code: string, message?: string]>([
  ['503', 'google-answered', 'Backend Error'],
  ['precondition', 'google-answered', 'Precondition check failed.'],
  ['connection-reset', 'google-unreachable'],
  ['captive-portal', 'not-google-answered'],
  ['userRateLimitExceeded', 'reading-limited'],
])('after two minutes of %s the mailbox is in trouble, until a sync works', async (kind, code, message) => {
  await control.fault('history.list', kind, null, 0);
  await sync();
  await afterMinutes(1.9);
  expect(await state()).toBe('connected');
  await afterMinutes(2.1);
  const shown = await view();
  expect(shown).toMatchObject({
    state: 'trouble',
    trouble: { code, ...(message && { params: { message } }) },
  });
  expect(shown.trouble!.since.getTime()).toBeGreaterThan(Date.now() - 60_000);
  const counts = await fixture.read((tx) => countViews(tx, fixture.admin.browser.userId));
  expect(counts.mailboxes[0]).toMatchObject({ state: 'trouble', trouble: { code } });
  expect(await notified()).toEqual([]);
  await sync();
  await afterMinutes(10.1);
  await afterMinutes(20);
  expect(await notified()).toEqual([{ kind: 'mailbox.trouble', code }]);
  await control.clear();
  await expect
    .poll(
      async () => {
        await sync();
        return state();
      },
      { timeout: 20_000 },
    )
    .toBe('connected');
  expect((await view()).trouble).toBeNull();
});

test('failures between successful syncs do not add up', async () => {
  for (let count = 0; count < 3; count += 1) {
    await control.fault('history.list', '503', 1);
    await sync();
    await sync();
  }
  await afterMinutes(30);
  expect(await state()).toBe('connected');
  expect(await notified()).toEqual([]);
});

test('a disconnection is shown instead of trouble, and ends it', async () => {
  await control.fault('history.list', '503', null);
  await sync();
  await afterMinutes(3);
  expect(await state()).toBe('trouble');
  await control.clear();
  fixture.google.removeEveryAccess();
  await sync();
  await afterMinutes(30);
  expect(await view()).toMatchObject({ state: 'disconnected', trouble: null });
  expect((await notified()).map(({ kind }) => kind)).toEqual(['mailbox.disconnected']);
  await fixture.connect(fixture.admin, 'support@acme.example');
});
