import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../../google-simulator/src/mail/messages.ts';
import { assignRole } from '../../../instances/instances.ts';
import { createUser, openSignIn } from '../../../instances/sign-in.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
type Admin = Awaited<ReturnType<typeof fixture.admin>>;
let acme: Admin;
let other: Admin;
beforeAll(async () => {
  fixture = await createHttpFixture();
  acme = await fixture.admin();
  other = await fixture.admin();
  await fixture.connect(acme, 'support@acme.example');
});
afterAll(() => fixture?.close());

const owl = 'three quiet owls sleep';
const river = 'a river under the moon';
const ask = async (method: 'GET' | 'POST', path: string, payload?: object, cookie = '') => {
  const headers = { origin: fixture.needs.url, cookie };
  const answer = await fixture.app.inject({
    method,
    url: `/api${path}`,
    headers,
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, body: answer.body.startsWith('{') ? answer.json() : {} };
};
const tokenIn = (url: string) => url.split('/').at(-1)!;
const set = (token: string, password: string) => ask('POST', `/password/${token}`, { password });

/** A member of Acme whose mailbox the simulator has. */
async function member(email: string): Promise<string> {
  const { deployment, url } = fixture.needs;
  const signIn = openSignIn(deployment, { url, secrets: ['a secret for testing, long enough'] });
  const { id } = await createUser(
    { signIn, sql: deployment.sql },
    { email, name: 'Some One', password: owl },
  );
  await assignRole(deployment, { instanceId: acme.instanceId, userId: id, role: 'agent' });
  await deployment.pool.query('delete from attempt');
  return id;
}
const join = (userId: string) =>
  assignRole(fixture.needs.deployment, { instanceId: other.instanceId, userId, role: 'agent' });

/** The tokens of password links in a mailbox, newest first. */
function linksIn(address: string): string[] {
  return messagesWith(fixture.google.simulator, address, { limit: 50 })
    .map(({ id }) =>
      rawOf(fixture.google.simulator, address, id)
        .toString()
        .replace(/=\r?\n/g, ''),
    )
    .flatMap((mail) => /\/password\/([\w-]{43})/.exec(mail)?.[1] ?? []);
}
async function linkByMail(address: string): Promise<string> {
  const before = linksIn(address).length;
  expect((await ask('POST', '/password', { email: address })).status).toBe(202);
  await expect.poll(() => linksIn(address).length).toBe(before + 1);
  return linksIn(address)[0]!;
}

test('a member of several organizations is sent no password link', async () => {
  const [two, former, one] = ['john@acme.example', 'billing@acme.example', 'sales@acme.example'] as const;
  await join(await member(two));
  // Deactivated in the other one, they can be given access to it again.
  const formerId = await member(former);
  await join(formerId);
  await fixture.needs.deployment.pool.query(
    'update membership set deactivated_at = now() where user_id = $1 and instance_id = $2',
    [formerId, other.instanceId],
  );
  await member(one);
  for (const email of [two, former]) {
    expect(await ask('POST', '/password', { email })).toEqual({ status: 202, body: {} });
  }
  // The mail of the third is sent after those of the others would have been.
  await linkByMail(one);
  expect(
    await fixture.needs.deployment.sql.selectFrom('passwordLink').select('userId').execute(),
  ).toHaveLength(1);
  expect([linksIn(two), linksIn(former)]).toEqual([[], []]);
});

test('who joins another organization loses links sent before', async () => {
  const address = 'support@acme.example';
  const id = await member(address);
  const link = await linkByMail(address);
  expect((await ask('GET', `/password/${link}`)).status).toBe(200);
  await join(id);
  expect((await set(link, river)).body.code).toBe('password-link-invalid');
});

test('asking for a link by mail leaves the earlier links valid', async () => {
  const address = 'sales@acme.example';
  const id = await member(address);
  const admin = await fixture.person(acme.instanceId, 'admin');
  const handed = async () => tokenIn((await admin.call('POST', `/members/${id}/password-link`)).body.url);
  const first = await handed();
  const mailed = await linkByMail(address);
  const mailedAgain = await linkByMail(address);
  for (const token of [first, mailed, mailedAgain]) {
    expect((await ask('GET', `/password/${token}`)).status).toBe(200);
  }
  expect((await set(first, river)).status).toBe(200);
  // A new password makes the other links invalid.
  for (const token of [first, mailed, mailedAgain]) expect((await set(token, owl)).status).toBe(404);
  // An admin replaces a link that they handed over.
  const second = await handed();
  const third = await handed();
  expect((await ask('GET', `/password/${second}`)).status).toBe(404);
  expect((await ask('GET', `/password/${third}`)).status).toBe(200);
});

test('of two invitations to a new address, one sets the password', async () => {
  const email = 'new@postroom.example';
  const admins = [
    await fixture.person(acme.instanceId, 'admin'),
    await fixture.person(other.instanceId, 'admin'),
  ];
  const tokens = await Promise.all(
    admins.map(async (admin) => {
      const { body } = await admin.call('POST', '/invitations', { email, role: 'agent' });
      return tokenIn(body.link.url);
    }),
  );
  const passwords = [owl, river];
  const accepted = await Promise.all(
    tokens.map((token, n) =>
      ask('POST', `/invitations/${token}/accept`, { name: 'New', password: passwords[n] }),
    ),
  );
  expect(accepted.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const winner = accepted.findIndex(({ status }) => status === 200);
  const signIns = await Promise.all(
    passwords.map((password) => ask('POST', '/auth/sign-in/email', { email, password })),
  );
  expect(signIns.findIndex(({ status }) => status === 200)).toBe(winner);
  expect(signIns.map(({ status }) => status).toSorted()).toEqual([200, 401]);
});

test('the page names the operator only if one is configured', async () => {
  expect((await ask('GET', '/password')).body).toEqual({ operatorContact: null });
});
