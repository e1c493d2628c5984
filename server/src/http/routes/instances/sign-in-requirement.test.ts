import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { allowPasswords } from '../../../commands/allow-passwords.ts';
import type { Admin } from '../../../testing/connection-fixture.ts';
import type { ProviderBrowser } from '../../../testing/provider-browser.ts';
import { createProviderFixture } from '../../../testing/provider-fixture.ts';

let fixture: Awaited<ReturnType<typeof createProviderFixture>>;
let acme: Admin;
let admin: Awaited<ReturnType<typeof fixture.linkedMember>>;
beforeAll(async () => {
  fixture = await createProviderFixture(['google']);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  acme = await fixture.admin();
  // The instance's first admin never signs in.
  await fixture.sql('delete from membership where user_id = $1', [acme.actor.id]);
  admin = await fixture.linkedMember(acme.instanceId, 'admin');
});

const google = { provider: 'google', domains: ['acme.example'] };
const path = (more = '') => `/api/instances/${acme.instanceId}${more}`;
const require = (own: ProviderBrowser, requirement: object = google) =>
  own.call('PUT', path('/required-sign-in'), requirement);
const opens = async (own: ProviderBrowser, instanceId = acme.instanceId) => {
  const { status, body } = await own.call('GET', `/api/instances/${instanceId}/views`);
  return status === 200 ? 'open' : body.code;
};

test('an admin requires Google: passwords open the organization no more, and Google does', async () => {
  const agent = await fixture.member(acme.instanceId, fixture.account());
  expect(await opens(agent.browser)).toBe('open');
  expect((await require(admin.browser)).body.signIn).toMatchObject({
    ...google,
    members: 2,
    providers: [{ id: 'google', name: 'Google', linked: 1 }],
    own: { provider: 'google', hostedDomain: 'acme.example' },
  });
  expect(await opens(admin.browser)).toBe('open');
  expect(await opens(agent.browser)).toBe('sign-in-required');
  const { instances } = (await agent.browser.call('GET', '/api/me')).body;
  expect(instances).toMatchObject([{ id: acme.instanceId, requires: 'google' }]);
  // They link the account of their own address, and are in.
  expect((await fixture.link(agent.browser, agent.email)).status).toBe(303);
  expect(await opens(agent.browser)).toBe('open');
  expect(await fixture.actions(acme.instanceId)).toContain('sign-in.requirement-changed');
});

test('whoever stole a password cannot link an account of their own', async () => {
  const agent = await fixture.member(acme.instanceId, fixture.account());
  await require(admin.browser);
  const thief = fixture.browser();
  await thief.signIn(agent.email, fixture.password);
  const answer = await fixture.link(thief, fixture.account());
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('is not your address here');
  expect(await opens(thief)).toBe('sign-in-required');
});

test('accounts of another domain do not open it', async () => {
  const outside = await fixture.linkedMember(acme.instanceId, 'agent', fixture.account('other.example'));
  await require(admin.browser);
  expect(await opens(outside.browser)).toBe('sign-in-required');
  await require(admin.browser, { provider: 'google', domains: ['acme.example', 'Other.Example'] });
  expect(await opens(outside.browser)).toBe('open');
});

test('it is required only by an admin who is signed in like this', async () => {
  const other = await fixture.member(acme.instanceId, fixture.account(), 'admin');
  expect((await require(other.browser)).body.code).toBe('required-sign-in-not-yours');
  const elsewhere = { provider: 'google', domains: ['other.example'] };
  expect((await require(admin.browser, elsewhere)).body.code).toBe('required-sign-in-not-yours');
  expect((await require(admin.browser, { provider: 'oidc', domains: [] })).status).toBe(404);
  expect(await opens(other.browser)).toBe('open');
});

test('the last admin who can sign in stays one, and keeps the account', async () => {
  const other = await fixture.member(acme.instanceId, fixture.account(), 'admin');
  await require(admin.browser);
  const demote = () => admin.browser.call('PATCH', path(`/members/${admin.id}`), { role: 'agent' });
  expect((await demote()).body.code).toBe('last-admin-who-can-sign-in');
  const away = await admin.browser.call('POST', path(`/members/${admin.id}/deactivate`), {
    reassignTo: null,
  });
  expect(away.body.code).toBe('last-admin-who-can-sign-in');
  const unlink = await admin.browser.call('DELETE', '/api/me/sign-in-ways/google', {});
  expect(unlink.body.code).toBe('identity-required');
  await fixture.link(other.browser, other.email);
  expect((await demote()).status).toBe(204);
});

test('the operator ends it by command, as the audit log says', async () => {
  await require(admin.browser);
  const locked = fixture.browser();
  await locked.signIn(admin.email, fixture.password);
  expect(await opens(locked)).toBe('sign-in-required');
  const lines: string[] = [];
  const slug = (await admin.browser.call('GET', '/api/me')).body.instances[0].slug;
  const run = (name: string) => allowPasswords(fixture.needs, name, (line) => lines.push(line));
  expect(await run(slug)).toBe(true);
  expect(await opens(locked)).toBe('open');
  expect(await run(slug)).toBe(true);
  expect(await run('nowhere')).toBe(false);
  expect(lines[1]).toBe(`${slug} requires nothing for signing in.`);
  const { rows } = await fixture.sql(
    `select actor_name from audit_entry where instance_id = $1 and action = 'sign-in.requirement-changed' order by id`,
    [acme.instanceId],
  );
  expect(rows.map(({ actor_name }) => actor_name)).toEqual(['John Carter', 'Operator']);
});

test('another organization of the same person is not affected', async () => {
  const agent = await fixture.member(acme.instanceId, fixture.account());
  const other = await fixture.admin();
  await fixture.sql(`insert into membership (instance_id, user_id, role) values ($1, $2, 'agent')`, [
    other.instanceId,
    agent.id,
  ]);
  await require(admin.browser);
  expect(await opens(agent.browser)).toBe('sign-in-required');
  expect(await opens(agent.browser, other.instanceId)).toBe('open');
});

test('browsers that no longer open it are pushed nothing', async () => {
  const agent = await fixture.member(acme.instanceId, fixture.account());
  for (const { id } of [agent, admin]) {
    await fixture.sql(
      `insert into push_subscription (instance_id, id, user_id, session_id, endpoint_hash, sealed)
       select $1, gen_random_uuid(), user_id, id, id::text, 'x' from session where user_id = $2`,
      [acme.instanceId, id],
    );
  }
  await require(admin.browser);
  const { rows } = await fixture.sql('select user_id from push_subscription where instance_id = $1', [
    acme.instanceId,
  ]);
  expect(rows).toEqual([{ user_id: admin.id }]);
});

test('agents neither see nor change it', async () => {
  const agent = await fixture.linkedMember(acme.instanceId);
  expect((await require(agent.browser)).status).toBe(403);
  expect((await agent.browser.call('GET', path('/required-sign-in'))).status).toBe(403);
});
