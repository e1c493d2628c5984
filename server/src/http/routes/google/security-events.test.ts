import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SecurityEventRequest } from '../../../../../google-simulator/src/control/security-events.ts';
import { signingKey } from '../../../../../google-simulator/src/sign-in/keys.ts';
import { verifySecurityEvent } from '../../../google/security-events.ts';
import type { Admin } from '../../../testing/connection-fixture.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.truncateMailboxes();
  await fixture.forgetSyncs();
  acme = await fixture.admin();
  mailboxId = await fixture.connect(acme, account);
  // As if connected a minute ago, because Google counts in seconds.
  await fixture.needs.deployment.pool.query(
    `update mailbox_grant set granted_at = granted_at - interval '1 minute'`,
  );
});

const account = 'support@acme.example';

/** Pushes the event as Google does; returns Postroom's response. */
async function push(request: Partial<SecurityEventRequest> & { event: string }) {
  const answer = await fetch(`${fixture.google.url}/control/security-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ receiver: `${fixture.address}/google/security-events`, account, ...request }),
  });
  return (await answer.json()) as { jti: string; status: number; body: string };
}
const post = (body: string, contentType = 'application/secevent+jwt') =>
  fetch(`${fixture.address}/google/security-events`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
const state = async () => (await fixture.list(acme))[0]!;
const row = () =>
  fixture.inInstance(acme.instanceId, (tx) =>
    tx.sql
      .selectFrom('mailbox')
      .innerJoin('mailboxGrant', 'mailboxGrant.mailboxId', 'mailbox.id')
      .where('mailbox.id', '=', mailboxId)
      .select(['mailbox.nextRetryAt', 'mailboxGrant.accessTokenExpiresAt'])
      .executeTakeFirstOrThrow(),
  );

test.each([
  ['tokens-revoked', {}, 'access-revoked'],
  ['token-revoked', { tokenIdentifier: 'prefix' }, 'access-revoked'],
  ['token-revoked', { tokenIdentifier: 'hash_base64_sha512_sha512' }, 'access-revoked'],
  ['account-disabled', {}, 'account-disabled'],
  ['account-disabled', { reason: 'bulk-account' }, 'account-disabled'],
  ['account-disabled', { reason: 'hijacking' }, 'account-hijacked'],
  // A security event token has no expiry (docs/gmail.md, trap 12).
  ['tokens-revoked', { fault: 'expired' }, 'access-revoked'],
] as const)('%s %j disconnects the mailbox of the account', async (event, more, code) => {
  await fixture.connect(acme, 'sales@acme.example');
  expect((await push({ event, ...more })).status).toBe(202);
  const all = await fixture.list(acme);
  expect(all.map(({ address, disconnected }) => [address, disconnected?.code])).toEqual(
    expect.arrayContaining([
      [account, code],
      ['sales@acme.example', undefined],
    ]),
  );
});

test.each(['sessions-revoked', 'account-credential-change-required'])(
  '%s does not disconnect, but makes the next sync ask Google',
  async (event) => {
    expect((await push({ event })).status).toBe(202);
    expect(await state()).toMatchObject({ state: 'connected' });
    expect(await fixture.syncsAskedFor()).toContainEqual({ instanceId: acme.instanceId, mailboxId });
    // Within the time of early renewal (google/access-token.ts), but still valid.
    const left = (await row()).accessTokenExpiresAt!.getTime() - Date.now();
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(120_000);
  },
);

test('account-enabled retries a disconnected mailbox', async () => {
  await push({ event: 'account-disabled' });
  expect((await row()).nextRetryAt!.getTime()).toBeGreaterThan(Date.now() + 60_000);
  await push({ event: 'account-enabled' });
  expect((await row()).nextRetryAt!.getTime()).toBeLessThanOrEqual(Date.now());
});

test('verification and unknown events are accepted and change nothing', async () => {
  expect((await push({ event: 'verification', account: undefined, state: 'hello' })).status).toBe(202);
  expect((await push({ event: 'tokens-revoked', account: 'desk@other.example' })).status).toBe(202);
  expect((await push({ event: 'https://schemas.openid.net/secevent/risc/event-type/new' })).status).toBe(202);
  expect(await state()).toMatchObject({ state: 'connected' });
});

test('an event older than the present access is ignored', async () => {
  const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
  for (const event of ['tokens-revoked', 'token-revoked', 'account-disabled', 'sessions-revoked']) {
    expect((await push({ event, issuedAt: anHourAgo })).status).toBe(202);
  }
  expect(await state()).toMatchObject({ state: 'connected' });
  expect(await fixture.syncsAskedFor()).toEqual([]);
});

test('an event is handled once, however often it arrives', async () => {
  const { jti } = await push({ event: 'sessions-revoked' });
  await fixture.forgetSyncs();
  expect((await push({ event: 'sessions-revoked', jti })).status).toBe(202);
  expect(await fixture.syncsAskedFor()).toEqual([]);
});

test.each([
  ['wrong-key', 'invalid_key'],
  ['unknown-key', 'invalid_key'],
  ['wrong-audience', 'invalid_audience'],
  // The issuer of id_tokens differs only in the slash.
  ['wrong-issuer', 'invalid_issuer'],
] as const)('%s is refused with %s and changes nothing', async (fault, err) => {
  const { status, body } = await push({ event: 'tokens-revoked', fault });
  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({ err, description: expect.any(String) });
  expect(await state()).toMatchObject({ state: 'connected' });
});

test('anything that is no security event token is refused', async () => {
  for (const body of ['', 'hello', 'a.b.c', '{"events":{}}', `${'x'.repeat(20_000)}.y.z`]) {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ err: 'invalid_request' });
  }
  expect((await post('{}', 'application/json')).status).toBe(400);
  expect((await post('x'.repeat(40_000))).status).toBe(413);
  // Another kind of token signed by Google: an id_token.
  const { simulator } = fixture.google;
  const key = signingKey(simulator.store);
  const idToken = await new SignJWT({ email: account })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .setIssuer(`${fixture.google.url}/`)
    .setAudience(fixture.needs.google.clientId)
    .setSubject('1')
    .setIssuedAt()
    .sign(key);
  expect(await (await post(idToken)).json()).toMatchObject({ err: 'invalid_request' });
});

test("an event is requested again while Google's configuration is unavailable", async () => {
  const { google } = fixture.needs;
  const riscConfiguration = 'http://nowhere.invalid/risc-configuration';
  const config = { ...google, addresses: { ...google.addresses, riscConfiguration } };
  expect(await verifySecurityEvent(config, 'a.b.c', new Date())).toMatchObject({ kind: 'retry' });
});

test('the database holds token identifiers only as hashes', async () => {
  const { rows } = await fixture.needs.deployment.pool.query('select * from mailbox_grant');
  const prefixes = fixture.google.tokens().map((token) => token.slice(0, 16));
  const kept = JSON.stringify(rows);
  expect(prefixes.filter((prefix) => kept.includes(prefix))).toEqual([]);
});
