import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { readCookie } from './read-cookie.ts';
import { findSession } from './sessions.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let instanceId: string;
beforeAll(async () => {
  fixture = await createHttpFixture();
  instanceId = (await fixture.admin()).instanceId;
});
afterAll(() => fixture?.close());

const day = 24 * 3_600_000;

/** A person who has just signed in, and what is found by their cookie. */
async function signedIn() {
  const person = await fixture.person(instanceId, 'agent');
  const { signIn, needs } = fixture;
  const { pool } = needs.deployment;
  const find = (cookie = person.headers.cookie) =>
    findSession(needs.deployment, signIn, { cookie, instanceId });
  const expiresIn = async () => {
    const { rows } = await pool.query<{ at: Date }>(
      'select expires_at as at from session where user_id = $1',
      [person.id],
    );
    return rows[0] && rows[0].at.getTime() - Date.now();
  };
  const setExpiresIn = (ms: number) =>
    pool.query('update session set expires_at = $2 where user_id = $1', [
      person.id,
      new Date(Date.now() + ms),
    ]);
  return { person, find, expiresIn, setExpiresIn };
}

test('a session is the one that better-auth finds by the same cookie', async () => {
  const { person, find } = await signedIn();
  const { api } = await fixture.signIn.betterAuth();
  const expected = await api.getSession({ headers: new Headers({ cookie: person.headers.cookie }) });
  expect(await find()).toEqual({
    id: expected!.session.id,
    user: { id: person.id, name: 'Some agent', email: person.email, twoFactor: false, language: null },
    access: { role: 'agent', requires: null },
  });
});

test('a cookie with another signature or without one opens no session', async () => {
  const { person, find } = await signedIn();
  const name = 'postroom.session_token';
  const [token, signature] = readCookie(person.headers.cookie, name)!.split('.') as [string, string];
  const other = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
  expect(await find(`${name}=${encodeURIComponent(`${token}.${signature}`)}`)).not.toBeNull();
  for (const forged of [`${token}.${other}`, token, `${token}.`, `.${signature}`, signature, '']) {
    expect(await find(`${name}=${encodeURIComponent(forged)}`)).toBeNull();
  }
  expect(await find('')).toBeNull();
});

test('a session that has expired opens nothing, and is deleted', async () => {
  const { find, expiresIn, setExpiresIn } = await signedIn();
  await setExpiresIn(-1_000);
  expect(await find()).toBeNull();
  expect(await expiresIn()).toBeUndefined();
});

test('a session is extended when it was last extended a day ago, and not before', async () => {
  const { find, expiresIn, setExpiresIn } = await signedIn();
  await setExpiresIn(29.1 * day);
  await find();
  expect(await expiresIn()).toBeLessThan(29.2 * day);
  await setExpiresIn(28.9 * day);
  await find();
  expect(await expiresIn()).toBeGreaterThan(29.9 * day);
});

test('a session that is not to be remembered is not extended', async () => {
  const { person, find, expiresIn, setExpiresIn } = await signedIn();
  await setExpiresIn(day / 2);
  await find(`${person.headers.cookie}; postroom.dont_remember=true.c2lnbmVk`);
  expect(await expiresIn()).toBeLessThan(day);
});

test('without a membership, a session has no access to the instance', async () => {
  const { person, find } = await signedIn();
  await fixture.needs.deployment.pool.query(
    'update membership set deactivated_at = now() where user_id = $1',
    [person.id],
  );
  expect((await find())?.access).toBeNull();
});
