import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAccount, setAccount } from '../../../../../google-simulator/src/accounts.ts';
import { renameAccount } from '../../../../../google-simulator/src/rename-account.ts';
import { assignRole } from '../../../instances/instances.ts';
import { createUser } from '../../../instances/sign-in.ts';
import type { Admin } from '../../../testing/connection-fixture.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';
import { openBrowser } from '../../../testing/provider-browser.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let acme: Admin;
let admin: Awaited<ReturnType<typeof fixture.person>>;
beforeAll(async () => {
  fixture = await createHttpFixture({ providers: ['google'] });
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  const { pool } = fixture.needs.deployment;
  await pool.query('delete from sign_in_identity');
  await pool.query('delete from attempt');
  await pool.query(`delete from users where email like '%@acme.example' or email like '%@other.example'`);
  fixture.google.removeEveryAccess();
  acme = await fixture.admin();
  admin = await fixture.person(acme.instanceId, 'admin');
});

const john = 'john@acme.example';
const password = 'a river under the moon';
const settings = '/acme/settings/security';
const browser = () => openBrowser(fixture.app, fixture.google, { origin: fixture.needs.url });
const sql = (text: string, values: unknown[] = []) => fixture.needs.deployment.pool.query(text, values);

async function invite(email: string, role = 'agent'): Promise<string> {
  const { body } = await admin.call('POST', '/invitations', { email, role });
  return new URL(body.link.url).pathname.split('/').at(-1)!;
}
/** A member with a password, signed in a moment ago. */
async function member(email: string, instanceId = acme.instanceId) {
  const { deployment } = fixture.needs;
  const { id } = await createUser(
    { signIn: fixture.signIn, sql: deployment.sql },
    { email, name: 'John Carter', password },
  );
  await assignRole(deployment, { instanceId, userId: id, role: 'agent' });
  const own = browser();
  expect((await own.signIn(email, password)).status).toBe(200);
  return { id, browser: own };
}
/** The same, who has linked the Google account `as`. */
async function linked(email: string, as = email) {
  const one = await member(email);
  expect(await link(one.browser, as)).toMatchObject({ status: 303, location: settings });
  return one;
}
const link = (own: ReturnType<typeof browser>, as: string, more: object = {}) =>
  own.through('/api/me/sign-in-ways/google', as, { to: settings, ...more });
const signInAs = (own: ReturnType<typeof browser>, as: string, to = '/') =>
  own.through('/api/sign-in/google', as, { to });
const actions = async (instanceId = acme.instanceId) => {
  const { rows } = await sql('select action, after from audit_entry where instance_id = $1 order by id', [
    instanceId,
  ]);
  return rows;
};

describe('signing in', () => {
  test('asks for openid, email and profile only, and keeps no token', async () => {
    const { url } = (await browser().call('POST', '/api/sign-in/google', {})).body;
    const query = new URL(url).searchParams;
    expect(query.get('scope')).toBe('openid email profile');
    expect(query.get('access_type')).toBeNull();
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('nonce')).toHaveLength(43);
    const own = await linked(john);
    expect(await own.browser.me()).toBe(john);
    const kept = await sql(`select table_name, column_name from information_schema.columns
      where table_name in ('sign_in_identity', 'session') and column_name ~ '_token$'`);
    expect(kept.rows).toEqual([]);
    const tokens = fixture.google.tokens();
    const rows = JSON.stringify((await sql('select * from sign_in_identity')).rows);
    expect(tokens.filter((token) => rows.includes(token))).toEqual([]);
    const { simulator } = fixture.google;
    expect(simulator.store.all('SELECT token FROM refresh_tokens')).toEqual([]);
  });

  test('signs in who has linked the account, and says so in the audit log', async () => {
    await linked(john);
    const own = browser();
    expect(await signInAs(own, john, '/acme/inbox/open')).toMatchObject({
      status: 303,
      location: '/acme/inbox/open',
    });
    expect(await own.me()).toBe(john);
    expect(await actions()).toContainEqual({ action: 'user.signed-in', after: { provider: 'Google' } });
  });

  test('an address that is somebody’s here opens nothing: nothing is linked by itself', async () => {
    await member(john);
    const own = browser();
    const answer = await signInAs(own, john);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('john@acme.example does not open an account here.');
    expect(answer.text).toContain('href="/sign-in"');
    expect(await own.me()).toBeNull();
    expect((await sql('select 1 from sign_in_identity')).rowCount).toBe(0);
  });

  test('who is not invited gets the same page, in their language', async () => {
    const own = browser();
    const begun = await own.call('POST', '/api/sign-in/google', {});
    const query = await fixture.google.signIn(begun.body.url, { as: 'desk@other.example' });
    const cookie = [...own.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fixture.app.inject({
      url: `/oauth/google/callback?${new URLSearchParams(query as Record<string, string>)}`,
      headers: { cookie, 'accept-language': 'de' },
    });
    expect(answer.body).toContain('desk@other.example öffnet hier kein Konto.');
    expect(answer.body).toContain('<html lang="de">');
  });

  test('an account keeps opening after its address changed, and not by the address it had', async () => {
    const { simulator } = fixture.google;
    addAccount(simulator.store, simulator.clock, { email: 'eva@acme.example', name: 'Eva' });
    await linked('eva@acme.example');
    renameAccount(simulator.store, 'eva@acme.example', 'eva.new@acme.example');
    const own = browser();
    expect((await signInAs(own, 'eva.new@acme.example')).status).toBe(303);
    expect(await own.me()).toBe('eva@acme.example');
    const ways = await own.call('GET', '/api/me/sign-in-ways');
    expect(ways.body.providers[0].identity.email).toBe('eva.new@acme.example');
    // Another person is given the former address.
    await sql(`delete from attempt`);
    simulator.store.run(`DELETE FROM aliases WHERE alias = 'eva@acme.example'`);
    addAccount(simulator.store, simulator.clock, {
      email: 'eva@acme.example',
      name: 'Another Eva',
      sub: '199999999999999999999',
    });
    expect((await signInAs(browser(), 'eva@acme.example')).status).toBe(403);
    setAccount(simulator.store, simulator.clock, 'eva@acme.example', { deleted: true });
  });

  test('the account of a user who was deleted opens nothing', async () => {
    const { id } = await linked(john);
    await sql('delete from users where id = $1', [id]);
    expect((await signInAs(browser(), john)).status).toBe(403);
  });

  test('a deactivated member signs in and sees no organization', async () => {
    const { id } = await linked(john);
    const away = await admin.call('POST', `/members/${id}/deactivate`, { reassignTo: null });
    expect(away.status).toBe(200);
    const own = browser();
    await signInAs(own, john);
    expect((await own.call('GET', '/api/me')).body?.instances).toEqual([]);
  });

  test('a consumer account is refused, by the domain in the id_token', async () => {
    const answer = await signInAs(browser(), 'ana.silva@mail.example');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('ana.silva@mail.example is not a Google Workspace account.');
  });

  test('the session that a sign-in replaces ends', async () => {
    const own = (await linked(john)).browser;
    await signInAs(own, john);
    await signInAs(own, john);
    expect(
      (await sql('select 1 from session where user_id = (select id from users where email = $1)', [john]))
        .rowCount,
    ).toBe(1);
  });

  test('cancelling at Google changes nothing', async () => {
    const own = browser();
    const { url } = (await own.call('POST', '/api/sign-in/google', {})).body;
    const answer = await own.comeBack(await fixture.google.signIn(url, { as: john, deny: true }));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('You did not allow the sign-in at Google.');
  });

  test.each(['wrong-key', 'wrong-audience', 'wrong-issuer', 'wrong-nonce', 'expired'])(
    'an id_token with the defect %s opens nothing',
    async (fault) => {
      await linked(john);
      await control('/id-token', { fault });
      const own = browser();
      const answer = await signInAs(own, john);
      await control('/id-token', { fault: null });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('The answer of Google was not valid.');
      expect(await own.me()).toBeNull();
    },
  );

  test.each(['503', 'connection-reset', 'captive-portal'])(
    'Google that cannot be reached (%s) is said to be so',
    async (kind) => {
      await linked(john);
      await control('/faults', { kind, method: 'token' });
      const answer = await signInAs(browser(), john);
      expect(answer.status).toBe(503);
      expect(answer.text).toContain('Google cannot be reached.');
    },
  );
});

const control = (path: string, body: object) =>
  fetch(`${fixture.google.url}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a sign-in is finished only by the browser that began it', () => {
  test('not in another browser, not with another state, not without its cookie', async () => {
    await linked(john);
    const attacker = browser();
    const begun = await attacker.call('POST', '/api/sign-in/google', {});
    const query = await fixture.google.signIn(begun.body.url, { as: john });
    const victim = browser();
    expect((await victim.comeBack(query)).status).toBe(400);
    await victim.call('POST', '/api/sign-in/google', {});
    expect((await victim.comeBack(query)).text).toContain('This sign-in has ended.');
    expect(await victim.me()).toBeNull();
  });

  test('once: a callback that is repeated finishes nothing', async () => {
    await linked(john);
    const own = browser();
    const begun = await own.call('POST', '/api/sign-in/google', {});
    const kept = new Map(own.cookies);
    const query = await fixture.google.signIn(begun.body.url, { as: john });
    expect((await own.comeBack(query)).status).toBe(303);
    const again = browser();
    for (const [name, value] of kept) again.cookies.set(name, value);
    expect((await again.comeBack(query)).status).toBe(400);
    expect(await again.me()).toBeNull();
  });

  test('within ten minutes', async () => {
    await linked(john);
    const own = browser();
    const begun = await own.call('POST', '/api/sign-in/google', {});
    const query = await fixture.google.signIn(begun.body.url, { as: john });
    const now = Date.now;
    Date.now = () => now() + 601_000;
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given: unknown[]) {
        super(...((given.length > 0 ? given : [now() + 601_000]) as [number]));
      }
    } as DateConstructor;
    try {
      expect((await own.comeBack(query)).status).toBe(400);
    } finally {
      globalThis.Date = RealDate;
      Date.now = now;
    }
  });

  test('a link that was begun cannot be finished as a sign-in, or by another user', async () => {
    const one = await member(john);
    const begun = await one.browser.call('POST', '/api/me/sign-in-ways/google', { to: settings });
    const query = await fixture.google.signIn(begun.body.url, { as: john });
    await one.browser.call('POST', '/api/auth/sign-out', {});
    expect((await one.browser.comeBack(query)).status).toBe(400);
    expect(await one.browser.me()).toBeNull();
    expect((await sql('select 1 from sign_in_identity')).rowCount).toBe(0);
  });

  test('and it comes back to pages of Postroom only', async () => {
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/a\nb',
    ]) {
      expect((await browser().call('POST', '/api/sign-in/google', { to })).status).toBe(400);
    }
  });

  test('another site cannot begin one', async () => {
    const headers = { origin: 'https://evil.example' };
    const begun = await fixture.app.inject({
      method: 'POST',
      url: '/api/sign-in/google',
      headers,
      payload: {},
    });
    expect(begun.statusCode).toBe(403);
  });

  test('sign-ins that are begun and not finished are counted', async () => {
    const own = browser();
    const statuses = new Set<number>();
    for (let times = 0; times < 101; times += 1) {
      statuses.add((await own.call('POST', '/api/sign-in/google', {})).status);
    }
    expect([...statuses]).toEqual([200, 429]);
  });
});

describe('an invitation', () => {
  test('is accepted by signing in with Google: an account without a password', async () => {
    const token = await invite(john);
    const own = browser();
    const answer = await own.through(`/api/invitations/${token}/sign-in/google`, john);
    expect(answer).toMatchObject({ status: 303, location: expect.stringMatching(/^\/.+\/inbox\/open$/) });
    const me = (await own.call('GET', '/api/me')).body;
    expect(me.user).toMatchObject({ email: john, name: 'John Carter' });
    expect(me.instances).toHaveLength(1);
    expect((await own.call('GET', '/api/me/sign-in-ways')).body).toMatchObject({
      password: false,
      isFresh: true,
      providers: [{ id: 'google', name: 'Google', identity: { email: john } }],
    });
    expect((await browser().signIn(john, password)).status).toBe(401);
    expect((await actions()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.joined', 'user.signed-in']),
    );
    expect((await own.through(`/api/invitations/${token}/sign-in/google`, john)).status).toBe(404);
  });

  test('is refused for another address, and for one that Google has not verified', async () => {
    const { simulator } = fixture.google;
    const token = await invite(john);
    const path = `/api/invitations/${token}/sign-in/google`;
    const other = await browser().through(path, 'sales@acme.example');
    expect(other.status).toBe(403);
    expect(other.text).toContain('This invitation is for john@acme.example.');
    setAccount(simulator.store, simulator.clock, john, { emailVerified: false });
    const unverified = await browser().through(path, john);
    setAccount(simulator.store, simulator.clock, john, { emailVerified: true });
    expect(unverified.status).toBe(403);
    expect((await sql('select 1 from users where email = $1', [john])).rowCount).toBe(0);
  });

  test('links nothing to an account that exists, which joins as before', async () => {
    const elsewhere = await fixture.admin();
    await member(john, elsewhere.instanceId);
    const token = await invite(john);
    const path = `/api/invitations/${token}/sign-in/google`;
    expect((await browser().through(path, john)).text).toContain('does not open an account here');
    expect((await sql('select 1 from sign_in_identity')).rowCount).toBe(0);
  });

  test('is accepted with an account that is linked already, in a second organization', async () => {
    await linked(john);
    const other = await fixture.admin();
    const otherAdmin = await fixture.person(other.instanceId, 'admin');
    const { body } = await otherAdmin.call('POST', '/invitations', { email: john, role: 'agent' });
    const token = new URL(body.link.url).pathname.split('/').at(-1)!;
    const own = browser();
    expect((await own.through(`/api/invitations/${token}/sign-in/google`, john)).status).toBe(303);
    expect((await own.call('GET', '/api/me')).body.instances).toHaveLength(2);
  });

  test('of two acceptances at the same moment one succeeds', async () => {
    const token = await invite(john);
    const both = await Promise.all(
      [browser(), browser()].map((own) => own.through(`/api/invitations/${token}/sign-in/google`, john)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([303, 404]);
    expect((await sql('select 1 from sign_in_identity')).rowCount).toBe(1);
  });
});

describe('linking', () => {
  const age = (id: string) =>
    sql(`update session set created_at = now() - interval '11 minutes' where user_id = $1`, [id]);

  test('needs a sign-in of the last ten minutes, or the password', async () => {
    const { id, browser: own } = await member(john);
    await age(id);
    expect(await link(own, john)).toMatchObject({ status: 403, body: { code: 'sign-in-not-fresh' } });
    expect(await link(own, john, { password: 'not the password' })).toMatchObject({
      status: 403,
      body: { code: 'wrong-password' },
    });
    expect((await link(own, john, { password })).status).toBe(303);
    expect(await actions()).toContainEqual({
      action: 'user.identity-linked',
      after: { provider: 'Google', account: john },
    });
  });

  test('wrong passwords are counted', async () => {
    const { id, browser: own } = await member(john);
    await age(id);
    const statuses = [];
    for (let guess = 0; guess < 11; guess += 1)
      statuses.push((await link(own, john, { password: 'a guess' })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  test('takes any account of a Workspace, which opens one user only', async () => {
    await linked(john, 'sales@acme.example');
    const { browser: other } = await member('other@acme.example');
    expect((await link(other, 'sales@acme.example')).text).toContain('belongs to another user');
    expect((await link(other, 'billing@acme.example')).status).toBe(303);
    expect((await link(other, 'desk@other.example')).text).toContain(
      'Another account at Google is connected',
    );
  });

  test('is undone with the sessions begun with it, but never the only way in', async () => {
    const { browser: own } = await linked(john);
    const phone = browser();
    await signInAs(phone, john);
    expect((await own.call('DELETE', '/api/me/sign-in-ways/google', {})).status).toBe(204);
    expect(await phone.me()).toBeNull();
    expect(await own.me()).toBe(john);
    expect((await signInAs(browser(), john)).status).toBe(403);
    expect((await actions()).map(({ action }) => action)).toContain('user.identity-unlinked');

    const token = await invite('sales@acme.example');
    const invited = browser();
    await invited.through(`/api/invitations/${token}/sign-in/google`, 'sales@acme.example');
    const refused = await invited.call('DELETE', '/api/me/sign-in-ways/google', {});
    expect(refused).toMatchObject({ status: 409, body: { code: 'last-way-to-sign-in' } });
    expect((await invited.call('POST', '/api/me/password', { password })).status).toBe(204);
    expect((await invited.call('DELETE', '/api/me/sign-in-ways/google', {})).status).toBe(204);
    expect((await browser().signIn('sales@acme.example', password)).status).toBe(200);
  });

  test('a password cannot be set without the present one, or long after signing in', async () => {
    const { id, browser: own } = await member(john);
    const change = { password: 'a mountain in the sun' };
    expect((await own.call('POST', '/api/me/password', change)).body.code).toBe('wrong-password');
    await age(id);
    expect((await own.call('POST', '/api/me/password', change)).body.code).toBe('sign-in-not-fresh');
  });

  test('the second step is asked after a password, and not after Google', async () => {
    const { id } = await linked(john);
    await sql(`update users set two_factor_enabled = true where id = $1`, [id]);
    await sql(
      `insert into two_factor (id, user_id, secret, backup_codes) values (gen_random_uuid(), $1, 'x', 'x')`,
      [id],
    );
    const byPassword = browser();
    expect((await byPassword.signIn(john, password)).body).toMatchObject({ twoFactorRedirect: true });
    expect(await byPassword.me()).toBeNull();
    const byGoogle = browser();
    await signInAs(byGoogle, john);
    expect(await byGoogle.me()).toBe(john);
  });
});
