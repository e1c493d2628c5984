import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownAddresses } from '../../mailboxes/own-addresses.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { handleNotifications } from '../pubsub/handle-notification.ts';

const support = 'support@acme.example';
const help = 'help@acme.example';
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  await fixture.sync();
});
afterEach(() => fixture.close());

const mailbox = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', fixture.mailboxId).selectAll().executeTakeFirstOrThrow(),
  );
const subjects = async () =>
  (await fixture.read((tx) => tx.sql.selectFrom('message').select('subject').orderBy('id').execute())).map(
    ({ subject }) => subject,
  );
async function control(path: string, body: object): Promise<void> {
  const answer = await fetch(`${fixture.google.url}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}
const notify = (emailAddress: string, historyId: string) =>
  handleNotifications(fixture.needs, [{ emailAddress, historyId }]);
/** As if the database, or Gmail, had been restored: the cursor is far ahead of Gmail's history. */
async function moveCursorAhead(): Promise<string> {
  const { cursor } = await mailbox();
  const ahead = String(BigInt(cursor) + 1_000_000n);
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ cursor: ahead }).execute());
  return cursor;
}

test.each(['empty', 'not-found'] as const)(
  'a cursor ahead of Gmail’s history (answer: %s) is replaced, and new mail is stored once',
  async (answer) => {
    fixture.arrive({ Subject: 'Before' });
    await fixture.sync();
    await control('/history-ahead', { answer });
    const cursor = await moveCursorAhead();
    fixture.arrive({ Subject: 'Meanwhile' });
    await fixture.sync();
    expect(await subjects()).toEqual(['Before', 'Meanwhile']);
    expect(BigInt((await mailbox()).cursor) - BigInt(cursor)).toBeLessThan(1_000n);
    fixture.arrive({ Subject: 'After' });
    await fixture.sync();
    expect(await subjects()).toEqual(['Before', 'Meanwhile', 'After']);
  },
);

test('a notification below the cursor has the profile read by the next sync', async () => {
  const { cursor, profileCheckAt } = await mailbox();
  expect(profileCheckAt.getTime()).toBeGreaterThan(Date.now() + 4 * 60_000);
  await notify(support, String(BigInt(cursor) - 1n));
  expect((await mailbox()).profileCheckAt.getTime()).toBeLessThanOrEqual(Date.now());
  await fixture.sync();
  expect((await mailbox()).profileCheckAt.getTime()).toBeGreaterThan(Date.now() + 4 * 60_000);
  expect((await mailbox()).cursor).toBe(cursor);
});

test('a renamed account keeps its mailbox; its former address stays ours', async () => {
  await control('/accounts/rename', { email: support, to: help });
  const { cursor } = await mailbox();
  await notify(help, String(BigInt(cursor) + 1n));
  fixture.arrive({ Subject: 'To the new name' }, 'Hello', [help]);
  fixture.arrive({ Subject: 'To the former name' }, 'Hello', [support]);
  await fixture.sync();
  expect(await mailbox()).toMatchObject({ address: help, disconnectedAt: null });
  const own = await fixture.read(ownAddresses);
  expect([own.has(help), own.has(support)]).toEqual([true, true]);
  expect(await subjects()).toEqual(['To the new name', 'To the former name']);
  expect(await fixture.syncsAskedFor()).toEqual([]);
  await notify(help, String(BigInt((await mailbox()).cursor) + 1n));
  expect(await fixture.syncsAskedFor()).toHaveLength(1);
});

test('a renamed account is the same mailbox when it is connected again', async () => {
  await control('/accounts/rename', { email: support, to: help });
  fixture.google.removeEveryAccess();
  await fixture.sync();
  expect(await fixture.connect(fixture.admin, help)).toBe(fixture.mailboxId);
  expect((await mailbox()).address).toBe(help);
  expect((await fixture.read(ownAddresses)).has(support)).toBe(true);
});
