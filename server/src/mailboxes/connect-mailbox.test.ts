import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Disconnection } from '../google/disconnections.ts';
import { type Admin, createConnectionFixture, defaultSettings } from '../testing/connection-fixture.ts';
import { markDisconnected } from './connection-state.ts';
import { deleteMailbox } from './delete-mailbox.ts';
import { changeSettings } from './settings.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  fixture.google.removeEveryAccess();
  await fixture.truncateMailboxes();
  acme = await fixture.admin();
  mailboxId = await fixture.connect(acme, address);
});

const address = 'support@acme.example';
const disconnect = (code: Disconnection, began = new Date()) =>
  fixture.inInstance(acme.instanceId, (tx) =>
    markDisconnected(tx, mailboxId, { code, startedAt: began, now: new Date() }),
  );
const events = async (type: string) =>
  (
    await fixture.inInstance(acme.instanceId, (tx) =>
      tx.sql.selectFrom('event').where('type', '=', type).select('seq').execute(),
    )
  ).length;
const row = () =>
  fixture.inInstance(acme.instanceId, (tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', mailboxId).selectAll().executeTakeFirstOrThrow(),
  );

test('a disconnection keeps its first reason and notifies once (C11)', async () => {
  const before = await events('mailbox.changed');
  expect(await disconnect('access-revoked')).toBe(true);
  expect(await disconnect('oauth-client-rejected')).toBe(false);
  expect(await fixture.list(acme)).toMatchObject([
    {
      state: 'disconnected',
      disconnected: { code: 'access-revoked', params: {}, since: expect.any(Date) },
    },
  ]);
  expect(await events('mailbox.changed')).toBe(before + 1);
});

test('a failure of the earlier tokens does not disconnect after reconnecting', async () => {
  expect(await disconnect('access-revoked', new Date(Date.now() - 60_000))).toBe(false);
  expect(await fixture.list(acme)).toMatchObject([{ state: 'connected' }]);
});

test('reconnecting keeps the mailbox, its settings and cursor (C12)', async () => {
  const settings = { displayName: 'Help', dynamicAliasName: true, threading: 'history' } as const;
  await fixture.inInstance(acme.instanceId, async (tx) => {
    await changeSettings(tx, mailboxId, settings, acme.actor);
    await tx.sql.updateTable('mailbox').set({ cursor: '42' }).where('id', '=', mailboxId).execute();
  });
  const before = await row();
  await disconnect('access-revoked');
  for (const mailbox of [mailboxId, undefined]) {
    const { id } = await fixture.authorise(acme, address, { mailboxId: mailbox });
    expect(await fixture.readConnection(acme, id)).toMatchObject({
      state: 'authorised',
      reconnects: true,
      settings,
    });
    expect(await fixture.save(acme, id, settings)).toEqual({ kind: 'saved', mailboxId });
    const after = await row();
    expect(after).toMatchObject({ ...settings, cursor: '42', disconnectedAt: null, disconnectedCode: null });
    expect(after.connectedAt).toEqual(before.connectedAt);
    await disconnect('access-revoked', new Date());
  }
});

test('reconnecting with another account is refused by name (C12)', async () => {
  const { outcome } = await fixture.authorise(acme, 'sales@acme.example', { mailboxId });
  expect(outcome).toMatchObject({
    kind: 'refused',
    problem: {
      code: 'another-account',
      params: { address: 'sales@acme.example', wanted: 'support@acme.example' },
    },
  });
});

test('a deleted address starts again in its old record (C10)', async () => {
  await fixture.inInstance(acme.instanceId, (tx) =>
    tx.sql.updateTable('mailbox').set({ cursor: '42' }).where('id', '=', mailboxId).execute(),
  );
  await deleteMailbox(fixture.needs, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  const { id } = await fixture.authorise(acme, address);
  expect(await fixture.readConnection(acme, id)).toMatchObject({
    reconnects: false,
    settings: defaultSettings,
  });
  expect(await fixture.save(acme, id)).toEqual({ kind: 'saved', mailboxId });
  expect((await row()).cursor).toBe(fixture.google.historyIdOf(address));
});

test('only a real change of settings is audited, with before and after', async () => {
  const change = (threading: 'single' | 'history') =>
    fixture.inInstance(acme.instanceId, (tx) => changeSettings(tx, mailboxId, { threading }, acme.actor));
  await change('history');
  await change('history');
  const entries = await fixture.inInstance(acme.instanceId, (tx) =>
    tx.sql.selectFrom('auditEntry').where('action', '=', 'mailbox.settings-changed').selectAll().execute(),
  );
  expect(entries).toMatchObject([
    {
      subject: address,
      actorName: 'Alex Admin',
      before: { threading: 'single' },
      after: { threading: 'history' },
    },
  ]);
});
