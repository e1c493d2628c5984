import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount } from '../../../google-simulator/src/accounts.ts';
import { giveRole } from '../instances/instances.ts';
import { type Admin, connectingBench, someSettings } from '../testing/connecting.ts';
import { finishSignIn } from './oauth-callback.ts';

let bench: Awaited<ReturnType<typeof connectingBench>>;
let acme: Admin;
let other: Admin;
beforeAll(async () => {
  bench = await connectingBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  [acme, other] = await Promise.all([bench.admin(), bench.admin()]);
  bench.google.removeEveryAccess();
  await bench.forgetMailboxes();
});

const soon = () => new Date();
const stray = (code: string) => ({ kind: 'stray', refusal: { code } });

test('an address is connected: nothing is listed before saving, everything is after (C7)', async () => {
  const { id, outcome } = await bench.authorise(acme, 'support@acme.example');
  expect(outcome).toEqual({ kind: 'authorised', instanceId: acme.instanceId, connectionId: id });
  expect(await bench.list(acme)).toEqual([]);
  expect(await bench.look(acme, id)).toMatchObject({
    state: 'authorised',
    address: 'support@acme.example',
    reconnects: false,
    settings: { templateId: null, dynamicAliasName: false, threading: 'single' },
  });
  expect(await bench.save(acme, id)).toMatchObject({ kind: 'saved' });
  expect(await bench.look(acme, id)).toMatchObject({ state: 'saved' });
  expect(await bench.list(acme)).toMatchObject([
    {
      address: 'support@acme.example',
      ...someSettings,
      templateName: 'Blank',
      state: 'connected',
      disconnected: null,
      lastMessageReceivedAt: null,
    },
  ]);
});

test('receiving begins where Gmail stands at the save, a number no JavaScript number holds (C8)', async () => {
  await bench.connect(acme, 'support@acme.example');
  const { cursor } = await bench.inInstance(acme.instanceId, (tx) =>
    tx.sql.selectFrom('mailbox').select('cursor').executeTakeFirstOrThrow(),
  );
  expect(cursor).toBe(bench.google.historyIdOf('support@acme.example'));
});

test('no token is stored in the clear', async () => {
  const { id } = await bench.authorise(acme, 'support@acme.example');
  await bench.save(acme, id);
  await bench.authorise(acme, 'sales@acme.example');
  const { rows } = await bench.needs.deployment.pool.query(
    'select to_jsonb(connection) as row from connection union all select to_jsonb(mailbox_grant) from mailbox_grant',
  );
  const all = JSON.stringify(rows);
  for (const token of bench.google.tokens()) expect(all).not.toContain(token);
});

test('an address is saved once, by the admin who connected it, in time', async () => {
  const { id } = await bench.authorise(acme, 'support@acme.example');
  expect(await bench.save({ ...acme, actor: other.actor }, id)).toMatchObject({
    refusal: { code: 'not-found' },
  });
  expect(await bench.save(acme, id, { templateId: uuid() })).toMatchObject({
    refusal: { code: 'no-such-template' },
  });
  const outcomes = await Promise.all([bench.save(acme, id), bench.save(acme, id)]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'saved']);
  expect(await bench.save(acme, id)).toMatchObject({ refusal: { code: 'not-authorised' } });
  expect(await bench.list(acme)).toHaveLength(1);
});

test.each([
  ['ana.silva@mail.example', 'consumer-account'],
  ['billing@acme.example', 'no-mailbox'],
])('%s is refused: %s (C5), and its access given back', async (as, code) => {
  const { store, clock } = bench.google.simulator;
  setAccount(store, clock, 'billing@acme.example', { mailOff: true });
  const { id, outcome } = await bench.authorise(acme, as);
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code } });
  expect(await bench.look(acme, id)).toMatchObject({ state: 'refused', refusal: { code } });
  expect(await bench.save(acme, id)).toMatchObject({ refusal: { code: 'not-authorised' } });
  expect(bench.google.tokens()).toEqual([]);
});

test('a deployment may allow consumer accounts', async () => {
  bench.needs.allowConsumerAccounts = true;
  const { outcome } = await bench.authorise(acme, 'ana.silva@mail.example');
  bench.needs.allowConsumerAccounts = false;
  expect(outcome.kind).toBe('authorised');
});

test.each([
  ['gmail.send', 'may not send mail', 'no answer could leave'],
  ['gmail.readonly', 'may not read mail', 'no customer message would arrive'],
])('an unticked %s is named, and why it is needed (C3)', async (untick, words, why) => {
  const { outcome } = await bench.authorise(acme, 'support@acme.example', { untick });
  expect(outcome).toMatchObject({
    kind: 'refused',
    refusal: {
      code: 'permissions-missing',
      sentence: expect.stringContaining(words),
      remedy: expect.stringContaining(why),
    },
  });
  expect(bench.google.tokens()).toEqual([]);
});

test('Deny at Google changes nothing and says so (C3)', async () => {
  const started = await bench.start(acme);
  const back = await bench.google.signIn(started.authorizationUrl, {
    as: 'support@acme.example',
    deny: true,
  });
  const outcome = await finishSignIn(bench.needs, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'consent-refused' } });
  expect(await bench.look(acme, started.id)).toMatchObject({
    state: 'refused',
    refusal: { code: 'consent-refused' },
  });
});

test('a link works once, in the browser it was made for, for ten minutes (C3)', async () => {
  const started = await bench.start(acme);
  const back = await bench.google.signIn(started.authorizationUrl, { as: 'sales@acme.example' });
  const finish = (query: typeof back, browser: Admin['browser'] | null, now = soon()) =>
    finishSignIn(bench.needs, query, browser, now);

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
    expect(await finish({ ...back, state: garbage }, acme.browser)).toMatchObject(stray('link-unknown'));
  }
  const late = new Date(Date.now() + 10 * 60_000 + 1);
  expect(await finish(back, acme.browser, late)).toMatchObject(stray('link-expired'));

  const both = await Promise.all([finish(back, acme.browser), finish(back, acme.browser)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['authorised', 'stray']);
  expect(await finish(back, acme.browser)).toMatchObject(stray('link-used'));
  expect(await bench.look(acme, started.id)).toMatchObject({ state: 'authorised' });
});

test('a forged code, and a code of another sign-in, are refused', async () => {
  const [one, two] = [await bench.start(acme), await bench.start(acme)];
  const back = await bench.google.signIn(one.authorizationUrl, { as: 'support@acme.example' });
  const state = new URL(two.authorizationUrl).searchParams.get('state') ?? undefined;
  const swapped = await finishSignIn(bench.needs, { ...back, state }, acme.browser, soon());
  expect(swapped).toMatchObject({ kind: 'refused', refusal: { code: 'stale-code' } });
  const forged = await finishSignIn(bench.needs, { ...back, code: 'forged' }, acme.browser, soon());
  expect(forged).toMatchObject({ kind: 'refused', refusal: { code: 'stale-code' } });
});

test('one who is no admin any more connects nothing', async () => {
  const started = await bench.start(acme);
  const back = await bench.google.signIn(started.authorizationUrl, { as: 'support@acme.example' });
  await bench.needs.deployment.sql
    .updateTable('membership')
    .set({ role: 'agent' })
    .where('userId', '=', acme.browser.userId)
    .execute();
  const outcome = await finishSignIn(bench.needs, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'admins-only' } });
});

test('no network to Google: refused in plain words', async () => {
  const started = await bench.start(acme);
  const back = await bench.google.signIn(started.authorizationUrl, { as: 'support@acme.example' });
  const nowhere = {
    ...bench.needs.google,
    addresses: { ...bench.needs.google.addresses, token: 'http://127.0.0.1:1/' },
  };
  const outcome = await finishSignIn({ ...bench.needs, google: nowhere }, back, acme.browser, soon());
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'google-unreachable' } });
});

test('a Google account is connected in one instance of the deployment only (C6)', async () => {
  await bench.connect(acme, 'support@acme.example');
  const elsewhere = await bench.authorise(other, 'support@acme.example');
  expect(elsewhere.outcome).toMatchObject({ kind: 'refused', refusal: { code: 'connected-elsewhere' } });
  const told = JSON.stringify(elsewhere.outcome);
  for (const secret of [acme.instanceId, acme.instanceName]) expect(told).not.toContain(secret);
  // Who is in both is told where.
  await giveRole(bench.needs.deployment, {
    instanceId: acme.instanceId,
    userId: other.browser.userId,
    role: 'agent',
  });
  const { outcome } = await bench.authorise(other, 'support@acme.example');
  expect(outcome).toMatchObject({
    refusal: { sentence: `support@acme.example is already connected in ${acme.instanceName}.` },
  });
  const here = await bench.authorise(acme, 'support@acme.example');
  expect(here.outcome).toMatchObject({ kind: 'refused', refusal: { code: 'already-connected' } });
});

test('of two admins who save at the same moment one is refused (C6)', async () => {
  for (const second of [other, acme]) {
    await bench.forgetMailboxes();
    const [one, two] = [
      await bench.authorise(acme, 'sales@acme.example'),
      await bench.authorise(second, 'sales@acme.example'),
    ];
    const outcomes = await Promise.all([bench.save(acme, one.id), bench.save(second, two.id)]);
    const saved = outcomes.filter(({ kind }) => kind === 'saved');
    expect(saved).toHaveLength(1);
    const code = second === other ? 'connected-elsewhere' : 'already-connected';
    expect(outcomes).toContainEqual(expect.objectContaining({ refusal: expect.objectContaining({ code }) }));
    expect([...(await bench.list(acme)), ...(second === other ? await bench.list(other) : [])]).toHaveLength(
      1,
    );
  }
});
