import { randomUUID } from 'node:crypto';
import { symmetricEncrypt } from 'better-auth/crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSealer, keyIdOf } from '../google/seal.ts';
import { encryptedPrefix } from '../instances/better-auth-secrets.ts';
import { pushKeys } from '../notifications/push-keys.ts';
import { subscribe } from '../notifications/push-subscriptions.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { grantPurpose } from './gmail-access.ts';
import { resealAll } from './reseal.ts';

const former = 'a secret for testing, long enough';
const current = 'the next secret, which is long enough';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  // As releases before this one encrypted it: without a version.
  await fixture.needs.deployment.pool.query(
    `insert into two_factor (id, user_id, secret, backup_codes, verified) values (gen_random_uuid(), $1, $2, $3, true)`,
    [
      fixture.admin.actor.id,
      await symmetricEncrypt({ key: former, data: 'the secret of the app' }),
      await symmetricEncrypt({ key: former, data: '["a","b"]' }),
    ],
  );
  const sealer = createSealer([former]);
  const { deployment, database } = fixture.needs;
  await pushKeys(deployment, sealer);
  const { instanceId, admin } = fixture;
  const { rows } = await deployment.pool.query(
    `insert into session (id, token, user_id, expires_at, created_at, updated_at)
    values (gen_random_uuid(), 'a session', $1, now() + interval '1 day', now(), now()) returning id`,
    [admin.actor.id],
  );
  await database.inInstance(instanceId, (tx) =>
    subscribe(
      tx,
      { userId: admin.actor.id, sessionId: rows[0].id },
      { endpoint: 'https://push.example/1', keys: { p256dh: 'key', auth: 'auth' } },
      sealer,
    ),
  );
  await database.inInstance(instanceId, async (tx) => {
    const secret = await sealer.seal('whsec_of_a_test', 'webhook');
    const own = { instanceId, id: randomUUID(), url: 'https://acme.example/hook', description: '' };
    await tx.sql
      .insertInto('webhook')
      .values({ ...own, eventTypes: ['message.received'], secret, formerSecret: secret, lastSeq: 0 })
      .execute();
  });
});
afterAll(() => fixture?.close());

/** Every text column of every table in which a value contains one of these. */
async function columnsWith(texts: string[]): Promise<string[]> {
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'jsonb') and is_generated = 'NEVER'`,
  );
  const found: string[] = [];
  for (const { table, column } of rows) {
    const { rowCount } = await pool.query(
      `select from "${table}" where exists (select from unnest($1::text[]) part where strpos("${column}"::text, part) > 0)`,
      [texts],
    );
    if (rowCount) found.push(`${table}.${column}`);
  }
  return found.sort();
}

test('what a former secret sealed is sealed again with the current one, in every column', async () => {
  const { deployment } = fixture.needs;
  const sealed = await columnsWith([createSealer([former]).prefix]);
  expect(sealed).toContain('mailbox_grant.refresh_token');

  const lost = await resealAll(deployment, [current], { dry: true });
  expect(lost.resealed).toBe(0);
  expect(lost.unreadable).toMatchObject({ 'mailbox_grant.refresh_token': 1, 'two_factor.secret': 1 });

  const { resealed, unreadable } = await resealAll(deployment, [current, former]);
  expect(unreadable).toEqual({});
  expect(resealed).toBe(sealed.length + 2);
  // A column with sealed values that reseal.ts does not know would still be there.
  expect(await columnsWith([createSealer([former]).prefix, keyIdOf(former)])).toEqual([]);
  expect(await columnsWith([createSealer([current]).prefix])).toEqual(sealed);
  expect(await columnsWith([encryptedPrefix([current])])).toEqual([
    'two_factor.backup_codes',
    'two_factor.secret',
  ]);

  expect(await resealAll(deployment, [current, former])).toEqual({ resealed: 0, unreadable: {} });
  const { rows } = await deployment.pool.query('select refresh_token from mailbox_grant');
  const opened = await createSealer([current]).open(rows[0].refresh_token, grantPurpose(fixture.mailboxId));
  expect(fixture.google.tokens()).toContain(opened);
});
