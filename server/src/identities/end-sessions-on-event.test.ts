import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SecurityEventRequest } from '../../../google-simulator/src/control/security-events.ts';
import { deleteMailbox } from '../mailboxes/delete-mailbox.ts';
import type { Admin } from '../testing/connection-fixture.ts';
import { createProviderFixture } from '../testing/provider-fixture.ts';

let fixture: Awaited<ReturnType<typeof createProviderFixture>>;
let acme: Admin;
beforeAll(async () => {
  fixture = await createProviderFixture(['google']);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  acme = await fixture.admin();
});

/** Google reports an event about the account. */
async function report(account: string, event: string, more: Partial<SecurityEventRequest> = {}) {
  const answer = await fetch(`${fixture.google.url}/control/security-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ receiver: `${fixture.address}/google/security-events`, event, account, ...more }),
  });
  expect(((await answer.json()) as { status: number }).status).toBe(202);
}
/** Somebody with a session begun with a password, and one begun with Google, a minute ago. */
async function person() {
  const { id, email, browser: byPassword } = await fixture.linkedMember(acme.instanceId);
  await fixture.sql('update session set identity_id = null where user_id = $1', [id]);
  const byGoogle = fixture.browser();
  await fixture.signInAs(byGoogle, email);
  // Google counts in seconds.
  await fixture.sql(`update session set created_at = created_at - interval '1 minute' where user_id = $1`, [
    id,
  ]);
  return {
    id,
    email,
    open: async () => [await byPassword.me(), await byGoogle.me()].map((me) => me !== null),
  };
}

test.each([
  ['sessions-revoked', {}],
  ['account-disabled', { reason: 'hijacking' }],
  ['account-disabled', {}],
  ['account-credential-change-required', {}],
] as const)('%s %j ends every session of the person', async (event, more) => {
  const [ana, ben] = [await person(), await person()];
  await report(ana.email, event, more);
  expect(await ana.open()).toEqual([false, false]);
  expect(await ben.open()).toEqual([true, true]);
  const { rows } = await fixture.sql(
    `select actor_name, subject from audit_entry where action = 'user.sessions-ended-by-google' and instance_id = $1`,
    [acme.instanceId],
  );
  expect(rows).toEqual([{ actor_name: 'Google', subject: ana.email }]);
});

test('tokens-revoked ends those that were begun with Google', async () => {
  const ana = await person();
  await report(ana.email, 'tokens-revoked');
  expect(await ana.open()).toEqual([true, false]);
});

test.each(['account-enabled', 'token-revoked'])('%s ends none', async (event) => {
  const ana = await person();
  await fixture.connect(acme, ana.email);
  await report(ana.email, event, { tokenIdentifier: 'prefix' });
  expect(await ana.open()).toEqual([true, true]);
});

test('an event ends no session that was begun after it, and none twice', async () => {
  const ana = await person();
  const issuedAt = Math.floor(Date.now() / 1000) - 3_600;
  await report(ana.email, 'sessions-revoked', { issuedAt });
  expect(await ana.open()).toEqual([true, true]);
  await report(ana.email, 'sessions-revoked', { jti: 'one' });
  const again = fixture.browser();
  await fixture.signInAs(again, ana.email);
  await fixture.sql(`update session set created_at = created_at - interval '1 minute' where user_id = $1`, [
    ana.id,
  ]);
  await report(ana.email, 'sessions-revoked', { jti: 'one' });
  expect(await again.me()).toBe(ana.email);
});

test('deleting a mailbox takes away the sign-in’s grant at Google, and nothing else', async () => {
  const ana = await person();
  const mailboxId = await fixture.connect(acme, ana.email);
  const consents = () =>
    fixture.google.simulator.store.all(
      'SELECT scope FROM consents JOIN accounts USING (sub) WHERE email = ?',
      ana.email,
    );
  expect(consents()).toHaveLength(1);
  await deleteMailbox(fixture.needs, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  expect(consents()).toEqual([]);
  // Google reports what Postroom itself did.
  await report(ana.email, 'tokens-revoked');
  expect(await ana.open()).toEqual([true, true]);
  // Signing in asks for consent again, and works.
  const own = fixture.browser();
  expect((await fixture.signInAs(own, ana.email)).status).toBe(303);
  expect(await own.me()).toBe(ana.email);
  expect(consents()).toHaveLength(1);
});

test('signing in with the account of a connected mailbox leaves the mailbox connected', async () => {
  const ana = await person();
  await fixture.connect(acme, ana.email);
  const before = fixture.google.tokens().length;
  await fixture.signInAs(fixture.browser(), ana.email);
  expect(fixture.google.tokens().length).toBeGreaterThanOrEqual(before);
  expect(await fixture.list(acme)).toMatchObject([{ state: 'connected' }]);
});
