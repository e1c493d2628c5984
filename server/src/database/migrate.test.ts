import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { StartupError } from '../problems.ts';
import { inDatabase } from '../testing/postgres.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';

test('ten processes that start at once on an empty database migrate it once', async () => {
  const server = inject('postgres');
  const name = `fresh_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  const deployments = Array.from({ length: 10 }, () => connect(inDatabase(server, name), { max: 2 }));
  const outcomes = await Promise.all(deployments.map((one) => migrate(one)));
  const applied = outcomes.flatMap((outcome) => outcome.applied);
  const files = readdirSync(new URL('migrations/', import.meta.url)).map((file) => file.replace('.sql', ''));
  expect(applied).toEqual(files.sort());
  expect((await migrate(deployments[0]!)).applied).toEqual([]);
  const { rows } = await sql<{ n: number }>`select count(*) as n from schema_migration`.execute(
    deployments[0]!.sql,
  );
  expect(rows).toEqual([{ n: applied.length }]);
  for (const { pool } of deployments) await pool.end();
  await client.query(`drop database ${name}`);
  await client.end();
});

test('a history id keeps all digits up to the largest unsigned 64-bit number', async () => {
  const server = inject('postgres');
  const deployment = connect(server);
  const largest = '18446744073709551615';
  const { rows } = await sql<{ id: string }>`select ${largest}::numeric(20) as id`.execute(deployment.sql);
  expect(rows[0]?.id).toBe(largest);
  await deployment.pool.end();
});

/** A new database with the migrations up to `target`; `run` executes SQL in it, without its triggers. */
async function openFormerDatabase(target: string) {
  const server = inject('postgres');
  const name = `former_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  const deployment = connect(inDatabase(server, name), { max: 2 });
  await migrate(deployment, { target });
  return {
    deployment,
    run: (text: string) => sql.raw(text).execute(deployment.sql),
    async drop() {
      await deployment.pool.end();
      await client.query(`drop database ${name}`);
      await client.end();
    },
  };
}

test('tables of a newer Postroom are refused in plain words, and are not changed', async () => {
  const { deployment, run, drop } = await openFormerDatabase('0002-hearing');
  await run("insert into schema_migration values ('9999-newer', '2030-01-01')");
  const start = migrate(deployment);
  await expect(start).rejects.toBeInstanceOf(StartupError);
  await expect(start).rejects.toThrow(
    /newer Postroom: this one does not know its change 9999-newer.*backup/s,
  );
  const { rows } = await sql`select from schema_migration where name > '0004'`.execute(deployment.sql);
  expect(rows).toHaveLength(1);
  await drop();
});

test('tables that lack a change before their last one are refused in plain words', async () => {
  const { deployment, run, drop } = await openFormerDatabase('0002-hearing');
  await run("insert into schema_migration values ('0140-words-by-the-server', '2030-01-01')");
  const start = migrate(deployment);
  await expect(start).rejects.toBeInstanceOf(StartupError);
  await expect(start).rejects.toThrow('is missing before 0140-words-by-the-server');
  await drop();
});

test('stored sentences become codes; what is not recognized stays readable', async () => {
  const { deployment, run, drop } = await openFormerDatabase('0057-plain-names');
  // Without what the rows refer to: only their problems are of interest.
  const columns = 'instance_id, message_id, mailbox_id, state, code, sentence, remedy';
  const delivery = (code: string, sentence: string, remedy = '') =>
    run(
      `set session_replication_role = 'replica'; insert into delivery (${columns}) values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'held', '${code}', '${sentence.replaceAll("'", "''")}', '${remedy}')`,
    );
  await delivery('mailbox-disconnected', 'a@acme.example is disconnected from Gmail.');
  await delivery(
    'held-over-a-day',
    'It was written more than a day ago, while a@acme.example was disconnected.',
  );
  await delivery('sending-limit', "a@acme.example has reached Google's sending limit.");
  await delivery('not-learnt', 'Google did not say whether it sent the message.');
  await delivery('google-refused', 'Google refused: Precondition failed');
  await delivery('of-old', 'Nobody knows this.', 'Ask.');
  const bulkReason = JSON.stringify({
    code: 'bouncing',
    sentence: '3 of 40 messages came back. Google may block an address that many cannot receive from.',
    remedy: '',
  });
  await run(
    `set session_replication_role = 'replica'; insert into bulk_message (instance_id, id, mailbox_id, subject, html, state, reason) values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '', '', 'stopped', '${bulkReason}')`,
  );
  const health = JSON.stringify({
    code: 'channel-missing',
    sentence: 'The Pub/Sub topic or subscription that Google announces new mail through does not exist.',
    remedy: '',
  });
  await run(`update notification_health set problem = '${health}'`);

  await migrate(deployment);
  const problems = async (table: string) =>
    (
      await sql<{ problem: unknown }>`select problem from ${sql.table(table)} order by problem::text`.execute(
        deployment.sql,
      )
    ).rows.map(({ problem }) => problem);
  const address = 'a@acme.example';
  expect(new Set(await problems('delivery'))).toEqual(
    new Set([
      { code: 'mailbox-disconnected', params: { address } },
      { code: 'held-too-long', params: { address } },
      { code: 'sending-limit', params: { address } },
      { code: 'send-outcome-unknown', params: {} },
      { code: 'google-refused', params: { message: 'Precondition failed' } },
      { code: 'legacy', params: { title: 'Nobody knows this.', detail: 'Ask.' } },
    ]),
  );
  expect(await problems('bulk_message')).toEqual([
    { code: 'bulk-too-many-bounces', params: { bounced: 3, sent: 40 } },
  ]);
  expect(await problems('notification_health')).toEqual([{ code: 'pubsub-topic-missing', params: {} }]);
  await drop();
});

test('stored values get their new names', async () => {
  const { deployment, run, drop } = await openFormerDatabase('0059-column-types');
  // Without what the rows refer to: only their values are of interest.
  await run(
    `set session_replication_role = 'replica'; insert into notification_preference (instance_id, user_id, assigned, unassigned, mention, mailbox) values (gen_random_uuid(), gen_random_uuid(), 'mail', 'none', 'here', 'mail')`,
  );
  await run(
    `set session_replication_role = 'replica'; insert into bulk_recipient (instance_id, bulk_id, position, address, name, state, token) select gen_random_uuid(), gen_random_uuid(), row_number() over (), 'ana@far.example', '', state, state from unnest(array['waiting', 'written', 'left-out']) state`,
  );
  await run(
    `set session_replication_role = 'replica'; insert into conversation_event (instance_id, id, conversation_id, kind, at) values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'woken', now())`,
  );

  await migrate(deployment);
  const rowsOf = async (query: string) => (await sql.raw(query).execute(deployment.sql)).rows;
  expect(await rowsOf('select assigned, unassigned, mention, mailbox from notification_preference')).toEqual([
    { assigned: 'email', unassigned: 'none', mention: 'app', mailbox: 'email' },
  ]);
  expect(await rowsOf('select state from bulk_recipient order by position')).toEqual([
    { state: 'waiting' },
    { state: 'written' },
    { state: 'skipped' },
  ]);
  expect(await rowsOf('select kind from conversation_event')).toEqual([{ kind: 'unsnoozed' }]);
  await drop();
});
