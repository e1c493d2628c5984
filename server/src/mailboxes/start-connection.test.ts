import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount } from '../../../google-simulator/src/accounts.ts';
import { assignRole } from '../instances/instances.ts';
import { translateProblem } from '../locales/translate.ts';
import { type Admin, createConnectionFixture, defaultSettings } from '../testing/connection-fixture.ts';
import { finishSignIn } from './oauth-callback.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let acme: Admin;
let other: Admin;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  [acme, other] = await Promise.all([fixture.admin(), fixture.admin()]);
  fixture.google.removeEveryAccess();
  await fixture.truncateMailboxes();
});

const soon = () => new Date();
const stray = (code: string) => ({ kind: 'unmatched', problem: { code } });

test('a mailbox is listed after saving, not before (C7)', async () => {
  const { id, outcome } = await fixture.authorise(acme, 'support@acme.example');
  expect(outcome).toEqual({ kind: 'authorised', instanceId: acme.instanceId, connectionId: id });
  expect(await fixture.list(acme)).toEqual([]);
  expect(await fixture.readConnection(acme, id)).toMatchObject({
    state: 'authorised',
    address: 'support@acme.example',
    reconnects: false,
    settings: { templateId: null, dynamicAliasName: false, threading: 'single' },
  });
  expect(await fixture.save(acme, id)).toMatchObject({ kind: 'saved' });
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'saved' });
  expect(await fixture.list(acme)).toMatchObject([
    {
      address: 'support@acme.example',
      ...defaultSettings,
      templateName: 'Blank',
      state: 'connected',
      disconnected: null,
      lastMessageReceivedAt: null,
    },
  ]);
});

test("receiving begins at Gmail's historyId, which exceeds a JS number (C8)", async () => {
  await fixture.connect(acme, 'support@acme.example');
  const { cursor } = await fixture.inInstance(acme.instanceId, (tx) =>
    tx.sql.selectFrom('mailbox').select('cursor').executeTakeFirstOrThrow(),
  );
  expect(cursor).toBe(fixture.google.historyIdOf('support@acme.example'));
});

test('no token is stored in clear text', async () => {
  const { id } = await fixture.authorise(acme, 'support@acme.example');
  await fixture.save(acme, id);
  await fixture.authorise(acme, 'sales@acme.example');
  const { rows } = await fixture.needs.deployment.pool.query(
    'select to_jsonb(connection) as row from connection union all select to_jsonb(mailbox_grant) from mailbox_grant',
  );
  const all = JSON.stringify(rows);
  for (const token of fixture.google.tokens()) expect(all).not.toContain(token);
});

test('an address is saved once, in time, by the admin who connected it', async () => {
  const { id } = await fixture.authorise(acme, 'support@acme.example');
  expect(await fixture.save({ ...acme, actor: other.actor }, id)).toMatchObject({
    problem: { code: 'no-such-connection' },
  });
  expect(await fixture.save(acme, id, { templateId: uuid() })).toMatchObject({
    problem: { code: 'chosen-template-missing' },
  });
  const outcomes = await Promise.all([fixture.save(acme, id), fixture.save(acme, id)]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'saved']);
  expect(await fixture.save(acme, id)).toMatchObject({ problem: { code: 'not-authorized' } });
  expect(await fixture.list(acme)).toHaveLength(1);
});

test.each([
  ['ana.silva@mail.example', 'consumer-account'],
  ['billing@acme.example', 'no-mailbox'],
])('%s is refused: %s (C5), and its access is revoked', async (as, code) => {
  const { store, clock } = fixture.google.simulator;
  setAccount(store, clock, 'billing@acme.example', { mailOff: true });
  const { id, outcome } = await fixture.authorise(acme, as);
  expect(outcome).toMatchObject({ kind: 'refused', problem: { code } });
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'refused', problem: { code } });
  expect(await fixture.save(acme, id)).toMatchObject({ problem: { code: 'not-authorized' } });
  expect(fixture.google.tokens()).toEqual([]);
});

test('a deployment can allow consumer accounts', async () => {
  fixture.needs.allowConsumerAccounts = true;
  const { outcome } = await fixture.authorise(acme, 'ana.silva@mail.example');
  fixture.needs.allowConsumerAccounts = false;
  expect(outcome.kind).toBe('authorised');
});

test.each([
  ['gmail.send', 'send', 'may not send mail', 'no answer could leave'],
  ['gmail.readonly', 'read', 'may not read mail', 'no customer message would arrive'],
])('an unticked %s is named, and why it is needed (C3)', async (untick, missing, words, why) => {
  const { outcome } = await fixture.authorise(acme, 'support@acme.example', { untick });
  const problem = { code: 'permissions-missing', params: { missing, address: 'support@acme.example' } };
  expect(outcome).toMatchObject({ kind: 'refused', problem });
  expect(translateProblem('en', problem)).toEqual({
    title: expect.stringContaining(words),
    detail: expect.stringContaining(why),
  });
  expect(fixture.google.tokens()).toEqual([]);
});

test('Deny at Google changes nothing and says so (C3)', async () => {
  const started = await fixture.start(acme);
  const back = await fixture.google.signIn(started.authorizationUrl, {
    as: 'support@acme.example',
    deny: true,
  });
  const outcome = await finishSignIn(fixture.needs, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'consent-denied' } });
  expect(await fixture.readConnection(acme, started.id)).toMatchObject({
    state: 'refused',
    problem: { code: 'consent-denied' },
  });
});

test('a state works once, in its own browser, for ten minutes (C3)', async () => {
  const started = await fixture.start(acme);
  const back = await fixture.google.signIn(started.authorizationUrl, { as: 'sales@acme.example' });
  const finish = (query: typeof back, browser: Admin['browser'] | null, now = soon()) =>
    finishSignIn(fixture.needs, query, browser, now);

  for (const browser of [null, other.browser, { ...acme.browser, sessionId: uuid() }]) {
    expect(await finish(back, browser)).toMatchObject(stray('other-browser'));
  }
  const state = back.state ?? '';
  for (const garbage of [
    undefined,
    '',
    'x',
    `${state}x`,
    `${uuid()}${state.slice(36)}`,
    `${state.slice(0, 37)}${'a'.repeat(43)}`,
  ]) {
    expect(await finish({ ...back, state: garbage }, acme.browser)).toMatchObject(stray('sign-in-unknown'));
  }
  const late = new Date(Date.now() + 10 * 60_000 + 1);
  expect(await finish(back, acme.browser, late)).toMatchObject(stray('sign-in-timed-out'));

  const both = await Promise.all([finish(back, acme.browser), finish(back, acme.browser)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['authorised', 'unmatched']);
  expect(await finish(back, acme.browser)).toMatchObject(stray('sign-in-already-used'));
  expect(await fixture.readConnection(acme, started.id)).toMatchObject({ state: 'authorised' });
});

test('a forged code and a code of another sign-in are refused', async () => {
  const [one, two] = [await fixture.start(acme), await fixture.start(acme)];
  const back = await fixture.google.signIn(one.authorizationUrl, { as: 'support@acme.example' });
  const state = new URL(two.authorizationUrl).searchParams.get('state') ?? undefined;
  const swapped = await finishSignIn(fixture.needs, { ...back, state }, acme.browser, soon());
  expect(swapped).toMatchObject({ kind: 'refused', problem: { code: 'authorization-code-expired' } });
  const forged = await finishSignIn(fixture.needs, { ...back, code: 'forged' }, acme.browser, soon());
  expect(forged).toMatchObject({ kind: 'refused', problem: { code: 'authorization-code-expired' } });
});

test('a user who is no admin any more cannot connect', async () => {
  const started = await fixture.start(acme);
  const back = await fixture.google.signIn(started.authorizationUrl, { as: 'support@acme.example' });
  await fixture.needs.deployment.sql
    .updateTable('membership')
    .set({ role: 'agent' })
    .where('userId', '=', acme.browser.userId)
    .execute();
  const outcome = await finishSignIn(fixture.needs, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'admins-only-connect' } });
});

test('without network to Google the connection is refused with a reason', async () => {
  const started = await fixture.start(acme);
  const back = await fixture.google.signIn(started.authorizationUrl, { as: 'support@acme.example' });
  const nowhere = {
    ...fixture.needs.google,
    addresses: { ...fixture.needs.google.addresses, token: 'http://127.0.0.1:1/' },
  };
  const outcome = await finishSignIn({ ...fixture.needs, google: nowhere }, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'connect-google-unreachable' } });
});

test('a Google account is connected in one instance only (C6)', async () => {
  await fixture.connect(acme, 'support@acme.example');
  const elsewhere = await fixture.authorise(other, 'support@acme.example');
  expect(elsewhere.outcome).toMatchObject({ kind: 'refused', problem: { code: 'connected-elsewhere' } });
  const shown = JSON.stringify(elsewhere.outcome);
  for (const secret of [acme.instanceId, acme.instanceName]) expect(shown).not.toContain(secret);
  // A member of both instances sees which one.
  await assignRole(fixture.needs.deployment, {
    instanceId: acme.instanceId,
    userId: other.browser.userId,
    role: 'agent',
  });
  const { outcome } = await fixture.authorise(other, 'support@acme.example');
  expect(outcome).toMatchObject({
    problem: {
      code: 'connected-in',
      params: { address: 'support@acme.example', organization: acme.instanceName },
    },
  });
  const here = await fixture.authorise(acme, 'support@acme.example');
  expect(here.outcome).toMatchObject({ kind: 'refused', problem: { code: 'already-connected' } });
});

test('of two admins who save at once one is refused (C6)', async () => {
  for (const second of [other, acme]) {
    await fixture.truncateMailboxes();
    const [one, two] = [
      await fixture.authorise(acme, 'sales@acme.example'),
      await fixture.authorise(second, 'sales@acme.example'),
    ];
    const outcomes = await Promise.all([fixture.save(acme, one.id), fixture.save(second, two.id)]);
    const saved = outcomes.filter(({ kind }) => kind === 'saved');
    expect(saved).toHaveLength(1);
    const code = second === other ? 'connected-elsewhere' : 'already-connected';
    expect(outcomes).toContainEqual(expect.objectContaining({ problem: expect.objectContaining({ code }) }));
    expect([
      ...(await fixture.list(acme)),
      ...(second === other ? await fixture.list(other) : []),
    ]).toHaveLength(1);
  }
});

test('an address that a member signs in with is named as theirs (C5)', async () => {
  const { id } = await fixture.authorise(acme, 'support@acme.example');
  expect(await fixture.readConnection(acme, id)).toMatchObject({ ownedBy: null });
  const own = { name: 'Sue Support', email: 'Support@acme.example' };
  const rename = (userId: string, { name, email }: typeof own) =>
    fixture.needs.deployment.pool.query('update users set name = $2, email = $3 where id = $1', [
      userId,
      name,
      email,
    ]);
  await rename(other.browser.userId, own);
  expect(await fixture.readConnection(acme, id)).toMatchObject({ ownedBy: null });
  await rename(other.browser.userId, { ...own, email: 'sue@acme.example' });
  await rename(acme.browser.userId, own);
  expect(await fixture.readConnection(acme, id)).toMatchObject({ ownedBy: 'Sue Support' });
});
