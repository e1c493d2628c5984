import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encryptAgain } from '../../../instances/better-auth-secrets.ts';
import { resealAll } from '../../../mailboxes/reseal.ts';
import type { Secrets } from '../../../secrets.ts';
import { codeOf } from '../../../testing/authenticator.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
type Person = Awaited<ReturnType<typeof fixture.person>>;
let instanceId: string;
let admin: Person;
beforeAll(async () => {
  fixture = await createHttpFixture();
  instanceId = (await fixture.admin()).instanceId;
  admin = await fixture.person(instanceId, 'admin');
});
afterAll(() => fixture?.close());
// Codes of an authenticator app depend on the time: it stands still, so that no test runs over a step's end.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
afterAll(() => void vi.useRealTimers());

/** Sends a request below /api with cookies. `jar` has the cookies of before, and those of the answer. */
async function ask(method: string, path: string, payload?: object, jar = '', remoteAddress = '127.0.0.1') {
  const answer = await fixture.app.inject({
    method: method as 'GET',
    url: `/api${path}`,
    remoteAddress,
    headers: { origin: fixture.needs.url, cookie: jar },
    ...(payload && { payload }),
  });
  const cookies = new Map(jar.split('; ').map((cookie) => [cookie.split('=')[0]!, cookie]));
  for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
    const [cookie = ''] = set.split(';');
    cookies.set(cookie.split('=')[0]!, cookie);
  }
  return {
    status: answer.statusCode,
    body: answer.body.startsWith('{') ? answer.json() : {},
    jar: [...cookies.values()].filter(Boolean).join('; '),
  };
}
const signIn = (email: string, password: string, jar = '', ip = '127.0.0.1') =>
  ask('POST', '/auth/sign-in/email', { email, password }, jar, ip);
const isSignedIn = async (jar: string) => (await ask('GET', '/me', undefined, jar)).status === 200;
const verify = (code: string, jar: string, trustDevice = false) =>
  ask('POST', '/auth/two-factor/verify-totp', { code, trustDevice }, jar);
const only = (jar: string, name: string) =>
  jar
    .split('; ')
    .filter((cookie) => cookie.includes(name))
    .join('; ');
/** Forgets what was counted: the tests share an IP address. */
const forget = () => fixture.needs.deployment.pool.query('delete from attempt');
/** Makes guesses under keys that fit a pattern (SQL LIKE) look used up: each real one takes a tenth of a second. */
const useUp = async (pattern: string) => {
  const { pool } = fixture.needs.deployment;
  expect((await pool.query('update attempt set count = 100 where key like $1', [pattern])).rowCount).toBe(1);
};
const resetLink = async (userId: string) => {
  const { body } = await admin.call('POST', `/members/${userId}/password-link`);
  return body.url.split('/').at(-1) as string;
};
const fresh = 'three quiet owls sleep';

/** Turns the second step on for a person; the key of their authenticator app. */
async function turnOnSecondStep({ password, headers }: Person): Promise<string> {
  const { totpURI } = (await ask('POST', '/auth/two-factor/enable', { password }, headers.cookie)).body;
  const { status, jar } = await verify(codeOf(totpURI, -1), headers.cookie);
  expect(status).toBe(200);
  headers.cookie = jar;
  return totpURI;
}
/** Signs in with the second step in a new browser, which is trusted from then on. */
async function trustBrowser({ email, password }: Person, key: string): Promise<string> {
  await forget();
  const { jar } = await verify(codeOf(key), (await signIn(email, password)).jar, true);
  expect(await isSignedIn(jar)).toBe(true);
  return only(jar, 'trust_device');
}

test('a lost secret is named, not an error of the server; the former one opens all again', async () => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  const key = await turnOnSecondStep(person);
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query('select secret, backup_codes from two_factor where user_id = $1', [
    person.id,
  ]);
  const put = ({ secret, backup_codes: codes }: { secret: string; backup_codes: string }) =>
    pool.query('update two_factor set secret = $1, backup_codes = $2 where user_id = $3', [
      secret,
      codes,
      person.id,
    ]);
  // As if it had been sealed with a secret that this server does not know.
  const foreign: Secrets = ['another secret, which is long enough', 'a secret for testing, long enough'];
  await put({ secret: (await encryptAgain(rows[0].secret, foreign))!, backup_codes: rows[0].backup_codes });
  const refused = await verify(codeOf(key), (await signIn(person.email, person.password)).jar);
  expect(refused).toMatchObject({ status: 503, body: { code: 'second-step-unreadable' } });

  // The server with both secrets in the other order seals it again.
  const { resealed, unreadable } = await resealAll(fixture.needs.deployment, [
    'a secret for testing, long enough',
    foreign[0],
  ]);
  expect({ resealed, unreadable }).toEqual({ resealed: 1, unreadable: {} });
  await forget();
  const accepted = await verify(codeOf(key), (await signIn(person.email, person.password)).jar);
  expect(accepted.status).toBe(200);
});

test('of 60 guesses at the same moment, ten are tried', async () => {
  await forget();
  const { email } = await fixture.person(instanceId, 'agent');
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => signIn(email, `guess number ${n}`)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(50);
});

test('wrong passwords from elsewhere do not lock out a known browser', async () => {
  await forget();
  const { email, password } = await fixture.person(instanceId, 'agent');
  const other = await fixture.person(instanceId, 'agent');
  const known = only((await signIn(email, password)).jar, 'known_device');
  const knownToOther = only((await signIn(other.email, other.password)).jar, 'known_device');
  expect((await signIn(email, 'a wrong guess', '', '198.51.100.1')).status).toBe(401);
  await useUp(`sign-in as ${email}`);
  // A hundred from many addresses: no more are tried, whoever asks, except in a known browser.
  expect((await signIn(email, password, '', '203.0.113.7')).status).toBe(429);
  expect((await signIn(email, password, knownToOther)).status).toBe(429);
  expect((await signIn(email, password, `${known.slice(0, -4)}AAAA`)).status).toBe(429);
  expect((await signIn(email, password, known)).status).toBe(200);
  // Guesses in that browser are limited as well.
  expect((await signIn(email, 'a wrong guess', known)).status).toBe(401);
  await useUp(`sign-in as ${email} on %`);
  expect((await signIn(email, password, known)).status).toBe(429);
});

test('guesses in all known browsers together are limited too', async () => {
  await forget();
  const { email, password } = await fixture.person(instanceId, 'agent');
  const [first, second] = [await signIn(email, password), await signIn(email, password)];
  const [known, alsoKnown] = [first, second].map(({ jar }) => only(jar, 'known_device')) as [string, string];
  expect((await signIn(email, 'a wrong guess', known)).status).toBe(401);
  await useUp(`sign-in as ${email} in known browsers`);
  expect((await signIn(email, 'a wrong guess', alsoKnown)).status).toBe(429);
});

test('whoever holds a session guesses its password ten times', async () => {
  await forget();
  const { headers, password, email } = await fixture.person(instanceId, 'agent');
  const guesses = Array.from({ length: 15 }, (_, n) => [
    ask('POST', '/me/password', { current: `guess number ${n}`, password: fresh }, headers.cookie),
    ask('POST', '/auth/two-factor/disable', { password: `guess number ${n}` }, headers.cookie),
  ]);
  const statuses = (await Promise.all(guesses.flat())).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 429)).toHaveLength(10);
  expect((await signIn(email, password)).status).toBe(200);
});

test('only the routes in use are passed on, under their own path', async () => {
  await forget();
  const { email, password } = await fixture.person(instanceId, 'agent');
  // Sent as it is: fetch and inject would resolve the dots.
  const post = async (path: string) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${fixture.address}`, { method: 'POST', path: `/api/auth/${path}`, headers });
    sent.end(JSON.stringify({ email, password }));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  for (const path of ['x/../sign-in/email', './sign-in/email', '%2e/sign-in/email', 'sign-up/email']) {
    expect([path, await post(path)]).toEqual([path, 404]);
  }
  expect(await post('sign-in/email?x=1')).toBe(200);
});

test('addresses of one IPv6 network count as one', async () => {
  await forget();
  const { email, password } = await fixture.person(instanceId, 'agent');
  expect((await signIn(email, 'a wrong guess', '', '2001:db8:0:1::5')).status).toBe(401);
  await useUp(`sign-in as ${email} from 2001:db8:0:1::/64`);
  expect((await signIn(email, password, '', '2001:db8::1:ffff:0:0:1')).status).toBe(429);
  expect((await signIn(email, password, '', '2001:db8:0:2::1')).status).toBe(200);
});

test('a code of the authenticator app is accepted once', async () => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  const key = await turnOnSecondStep(person);
  const challenge = async () => (await signIn(person.email, person.password)).jar;
  // The code that turned it on is used up.
  const first = await challenge();
  expect(await verify(codeOf(key, -1), first)).toMatchObject({ status: 401, body: { code: 'INVALID_CODE' } });
  const code = codeOf(key);
  const both = await Promise.all([verify(code, first), verify(code, await challenge())]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  expect((await verify(code, await challenge())).status).toBe(401);
  // Where it is unknown whose code it is, none is accepted.
  expect((await verify(codeOf(key, 1), '')).body.code).toBe('INVALID_TWO_FACTOR_COOKIE');
  // Whoever was refused uses the next code.
  const refused = both.find(({ status }) => status === 401)!;
  expect((await verify(codeOf(key, 1), refused.jar)).status).toBe(200);
});

test('no browser stays trusted when a password is set by a link', async () => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  const key = await turnOnSecondStep(person);
  const trusted = await trustBrowser(person, key);
  const again = await signIn(person.email, person.password, trusted);
  expect(await isSignedIn(again.jar)).toBe(true);
  // A second step that is under way ends too.
  const underWay = (await signIn(person.email, person.password)).jar;
  const link = await resetLink(person.id);
  expect((await ask('POST', `/password/${link}`, { password: fresh })).status).toBe(200);
  expect(await isSignedIn(again.jar)).toBe(false);
  expect((await verify(codeOf(key, 1), underWay)).status).toBe(401);
  const after = await signIn(person.email, fresh, only(again.jar, 'trust_device'));
  expect(after.body).toMatchObject({ twoFactorRedirect: true });
});

test.each([
  ['the password is changed', 'POST', '/me/password', { current: 'long enough to sign in', password: fresh }],
  ['the other sessions are ended', 'DELETE', '/me/sessions', undefined],
  [
    'the second step is turned off',
    'POST',
    '/auth/two-factor/disable',
    { password: 'long enough to sign in' },
  ],
])('no browser stays trusted when %s', async (_when, method, path, body) => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  await trustBrowser(person, await turnOnSecondStep(person));
  const { pool } = fixture.needs.deployment;
  const left = async () =>
    (await pool.query('select 1 from verification where value = $1', [person.id])).rowCount;
  expect(await left()).toBeGreaterThan(0);
  expect((await ask(method, path, body, person.headers.cookie)).status).toBeLessThan(300);
  expect(await left()).toBe(0);
});

test('an admin who turns the second step off ends trusted browsers', async () => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  const trusted = await trustBrowser(person, await turnOnSecondStep(person));
  expect((await admin.call('DELETE', `/members/${person.id}/two-factor`)).status).toBe(204);
  await turnOnSecondStep(person);
  const { body } = await signIn(person.email, person.password, trusted);
  expect(body).toMatchObject({ twoFactorRedirect: true });
});

test('a live stream ends with its session, and not with another one', async () => {
  await forget();
  const person = await fixture.person(instanceId, 'agent');
  const open = async (jar: string) => {
    const url = `${fixture.address}/api/instances/${instanceId}/events`;
    const stream = await fetch(url, { headers: { cookie: jar } });
    expect(stream.status).toBe(200);
    let ended = false;
    const end = stream.text().then(() => {
      ended = true;
    });
    return { end, ended: () => ended };
  };
  const [one, two, three] = await Promise.all(
    [1, 2, 3].map(async () => (await signIn(person.email, person.password)).jar),
  );
  const kept = await open(person.headers.cookie);
  const signedOut = await open(one!);
  const revoked = await open(two!);
  const reset = await open(three!);
  await ask('POST', '/auth/sign-out', {}, one);
  await signedOut.end;
  expect(revoked.ended()).toBe(false);
  const { sessions } = (await ask('GET', '/me/sessions', undefined, two!)).body;
  const own = sessions.find(({ current }: { current: boolean }) => current);
  await ask('DELETE', `/me/sessions/${own.id}`, undefined, person.headers.cookie);
  await revoked.end;
  expect([reset.ended(), kept.ended()]).toEqual([false, false]);
  await ask('POST', `/password/${await resetLink(person.id)}`, { password: fresh });
  await reset.end;
  await kept.end;
});

test('the audit log has sign-ins, refusals and sign-outs', async () => {
  await forget();
  const acme = await fixture.admin();
  const person = await fixture.person(acme.instanceId, 'agent');
  const { email, password, id } = person;
  const entries = async () => {
    const rows = await fixture.inInstance(acme.instanceId, (tx) =>
      tx.sql
        .selectFrom('auditEntry')
        .where('subject', '=', email)
        .select(['action', 'actorId', 'after', 'ipAddress'])
        .orderBy('at')
        .orderBy('id')
        .execute(),
    );
    return rows.map(({ action, actorId, after, ipAddress }) => {
      const step = (after as { secondStep?: string } | null)?.secondStep;
      return `${action.replace('user.', '')} ${actorId === id ? 'self' : actorId} ${ipAddress}${step ? ` ${step}` : ''}`;
    });
  };
  const recorded = async (lines: string[]) => expect.poll(entries).toEqual(lines);
  const lines = ['signed-in self 127.0.0.1'];
  await signIn(email, password);
  await recorded(lines);
  expect((await signIn(email, 'not the password', '', '198.51.100.9')).status).toBe(401);
  lines.push('sign-in-refused null 198.51.100.9');
  await recorded(lines);

  const key = await turnOnSecondStep(person);
  const challenge = (await signIn(email, password)).jar;
  await verify('000000', challenge);
  lines.push('two-factor-on self 127.0.0.1', 'second-step-refused null 127.0.0.1');
  await recorded(lines);
  const { jar } = await verify(codeOf(key), challenge, true);
  const again = await signIn(email, password, only(jar, 'trust_device'));
  await ask('POST', '/auth/sign-out', {}, again.jar);
  await ask('DELETE', '/me/sessions', undefined, jar);
  const change = { current: password, password: fresh };
  expect((await ask('POST', '/me/password', change, jar)).status).toBe(204);
  lines.push(
    'signed-in self 127.0.0.1 app',
    'signed-in self 127.0.0.1 trusted browser',
    'signed-out self 127.0.0.1',
    'signed-out-everywhere self 127.0.0.1',
    'password-changed self 127.0.0.1',
  );
  await recorded(lines);
});
