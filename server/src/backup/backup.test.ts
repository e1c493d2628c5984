import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../database/connect.ts';
import { connect } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { bindToInstances } from '../database/instance-transaction.ts';
import { migrate } from '../database/migrate.ts';
import { createInstance } from '../instances/instances.ts';
import { openEmptyDatabase } from '../testing/database.ts';
import { fillEveryTable, instanceTables } from '../testing/fill-every-table.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { debianBinaries } from '../testing/postgres.ts';
import { storedFacts } from '../testing/recount-reports.ts';
import { createBackupKey, decryptWith, encryptTo } from './encryption.ts';
import { manifestFile, tableFile } from './format.ts';
import { readPause } from './pause.ts';
import { readManifest } from './read-manifest.ts';
import { restoreBackup } from './restore-backup.ts';
import { folderStore } from './store.ts';
import { verifyBackup } from './verify-backup.ts';
import { writeBackup } from './write-backup.ts';

const secret = 'a secret for testing, long enough';
const details = { version: '0.1.0', secret, storesSecret: true };
const silent = () => {};

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let folder: string;
/** Refused restores leave it empty. */
let untouched: Awaited<ReturnType<typeof openEmptyDatabase>>;
let key: Awaited<ReturnType<typeof createBackupKey>>;
const place = (name: string) => folderStore(path.join(folder, name));
const opened = (name: string) => ({ store: place(name), decrypt: decryptWith(key.identity) });

/** Mail that was received and sent, and beside it a row in every table. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-backup-'));
  key = await createBackupKey();
  untouched = await openEmptyDatabase();
  fixture = await createMailFlowFixture();
  const { deployment } = fixture.needs;
  for (let count = 0; count < 30; count += 1) {
    fixture.arrive({ Subject: `Tab\tand ünïcode ${count}` }, `Line one\r\n\\.\r\nLine ${count}`);
  }
  await fixture.sync();
  const other = await createInstance(deployment, { slug: 'other', name: 'Other', kind: 'production' });
  const userId = fixture.admin.actor.id;
  await fillEveryTable(deployment, {
    instanceId: other.id,
    userId,
    marker: 'marker',
  });
  await deployment.pool.query(
    `insert into session (id, user_id, token, expires_at, updated_at) values (gen_random_uuid(), $1, 'token', now(), now())`,
    [userId],
  );
  await deployment.pool.query(`update customer set name = E'back\\\\slash, tab\\t, break\\n\\\\.\\n\\\\N'`);
  await deployment.pool.query(
    `insert into two_factor (id, user_id, secret, backup_codes, verified) values (gen_random_uuid(), $1, 's', 'c', true)`,
    [userId],
  );
  await deployment.pool.query(
    `insert into credential (id, user_id, account_id, provider_id, password, updated_at) values (gen_random_uuid(), $1::uuid, $1::text, 'credential', 'hash', now())`,
    [userId],
  );
  await deployment.pool.query('update notification set mail_due_at = null');
  await backUp('good');
});
afterAll(async () => {
  await untouched?.close();
  await fixture?.close();
  await rm(folder, { recursive: true, force: true });
});

function backUp(name: string) {
  const { connection } = fixture.needs.deployment;
  return writeBackup({ connection, store: place(name), encrypt: encryptTo(key.recipient) }, details, silent);
}

/** All rows of all tables as text, generated columns too, and where the sequences are. */
async function contents(connection: Connection): Promise<Record<string, string[]>> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(`set time zone 'UTC'`);
  const { rows } = await client.query<{ name: string; kind: string }>(
    `select relname as name, relkind as kind from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
      and relname not in ('schema_migration', 'pause', 'process_report', 'session', 'push_subscription', 'push_delivery') order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { name, kind } of rows) {
    const of = kind === 'S' ? `last_value, is_called from "${name}"` : `t::text as row from "${name}" t`;
    const read = await client.query(`select ${of} order by 1`);
    all[name] = read.rows.map((row) => JSON.stringify(row));
  }
  const schema = await client.query(`
    select conrelid::regclass::text || conname || pg_get_constraintdef(oid) as one from pg_constraint
      where connamespace = 'public'::regnamespace and contype <> 'n'
    union all select tgrelid::regclass::text || tgname || tgenabled::text from pg_trigger where not tgisinternal order by 1`);
  all['constraints and triggers'] = schema.rows.map(({ one }) => one);
  await client.end();
  return all;
}

test('a restored copy has the same rows, in this and in another version of Postgres', async () => {
  const original = await contents(fixture.needs.deployment.connection);
  const filled = [
    ...(await instanceTables(fixture.needs.deployment.pool)),
    'users',
    'credential',
    'two_factor',
  ];
  const withSessions = ['push_subscription', 'push_delivery'];
  expect(filled.filter((table) => original[table]?.length === 0)).toEqual([]);
  expect(filled.filter((table) => !original[table]).sort()).toEqual(withSessions.sort());
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-other-'));
  await chmod(directory, 0o755);
  const isOldest = process.env.POSTROOM_TEST_POSTGRES === '15';
  const other = await startEmbeddedPostgres(directory, {
    binaries: isOldest ? undefined : debianBinaries('15'),
  });
  if (other.kind !== 'started') throw new Error('A new directory cannot be in use');
  const empty = await openEmptyDatabase();
  try {
    for (const { connection } of [empty, other]) {
      const lines: string[] = [];
      await restoreBackup({ connection, ...opened('good') }, (line) => lines.push(line));
      expect(lines).toContainEqual(expect.stringMatching(/^\d+ of \d+ {2}message: \d+ rows, [\d.]+ kB$/));
      expect(await contents(connection)).toEqual(original);
      const client = new pg.Client(connection);
      await client.connect();
      // Nobody is signed in: a session that was ended since the backup must not be valid again.
      expect((await client.query('select from session')).rowCount).toBe(0);
      await client.end();
    }
    const deployment = connect(empty.connection);
    expect(await readPause(deployment)).toMatchObject({ backupAt: expect.any(Date), resumedAt: null });
    // The triggers work again, and on from where they were.
    const database = bindToInstances(deployment);
    const facts = () => database.inInstance(fixture.instanceId, storedFacts);
    const before = await facts();
    expect(before.length).toBe(30);
    await deployment.pool.query(`delete from message where subject like '%7' and instance_id = $1`, [
      fixture.instanceId,
    ]);
    expect((await facts()).length).toBe(27);
    await deployment.pool.end();
  } finally {
    await empty.close();
    await other.stop();
    for (const made of [directory, String(other.connection.host)])
      await rm(made, { recursive: true, force: true });
  }
}, 240_000);

test('rows of one moment: what is written meanwhile is in it as a whole or not at all', async () => {
  const { connection, pool } = fixture.needs.deployment;
  let writing = true;
  const writer = (async () => {
    for (let count = 0; writing; count += 1) {
      await pool.query(
        `with a as (insert into attempt (key, count, resets_at) values ('both ${count}', 1, now()))
         insert into users (id, name, email, email_verified, updated_at)
         values (gen_random_uuid(), 'both', 'both-${count}@acme.example', true, now())`,
      );
    }
  })();
  await writeBackup({ connection, store: place('busy'), encrypt: encryptTo(key.recipient) }, details, silent);
  writing = false;
  await writer;
  const empty = await openEmptyDatabase();
  await restoreBackup({ connection: empty.connection, ...opened('busy') }, silent);
  const client = new pg.Client(empty.connection);
  await client.connect();
  const { rows } = await client.query(`select (select count(*) from attempt where key like 'both %') =
    (select count(*) from users where name = 'both') as same`);
  expect(rows).toEqual([{ same: true }]);
  await client.end();
  await empty.close();
  await pool.query(`delete from attempt where key like 'both %'; delete from users where name = 'both'`);
});

test('a backup holds no word of a message, and its checksums are those of sha256sum', async () => {
  const files = await readdir(path.join(folder, 'good'));
  expect(files).toContain('SHA256SUMS');
  expect(files).not.toContain(tableFile('session'));
  for (const file of files) {
    const bytes = await readFile(path.join(folder, 'good', file));
    if (file !== 'SHA256SUMS') expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(bytes.includes('ünïcode')).toBe(false);
  }
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {
    cwd: path.join(folder, 'good'),
  });
  await verifyBackup({ store: place('good'), decrypt: null }, silent);
  await verifyBackup(opened('good'), silent);
});

test.each([
  [
    'another key',
    async () => ({ ...opened('bad'), decrypt: decryptWith((await createBackupKey()).identity) }),
    /^This key does not open the backup/,
  ],
  [
    'a file cut short',
    async (at: string) => truncate(path.join(at, tableFile('message')), 2_000),
    /is damaged: message\.copy\.gz\.age/,
  ],
  [
    'a changed byte',
    (at: string) => changeByte(path.join(at, tableFile('mailbox'))),
    /is damaged: mailbox\.copy\.gz\.age/,
  ],
  ['a changed manifest', (at: string) => changeByte(path.join(at, manifestFile)), /is damaged: manifest/],
  [
    'a missing file',
    (at: string) => rm(path.join(at, tableFile('users'))),
    /no complete backup in .*: the file users\.copy\.gz\.age is missing/,
  ],
  [
    'no checksums, as of a backup that was interrupted',
    (at: string) => rm(path.join(at, 'SHA256SUMS')),
    /no complete backup in .*SHA256SUMS is missing/,
  ],
  [
    'two files exchanged',
    async (at: string) => {
      await rename(path.join(at, tableFile('users')), path.join(at, 'x'));
      await rename(path.join(at, tableFile('tag')), path.join(at, tableFile('users')));
      await rename(path.join(at, 'x'), path.join(at, tableFile('tag')));
    },
    /is damaged/,
  ],
] as const)('%s is refused and leaves nothing half-restored', async (_what, damage, message) => {
  const at = path.join(folder, 'bad');
  await rm(at, { recursive: true, force: true });
  await cp(path.join(folder, 'good'), at, { recursive: true });
  const changed = await damage(at);
  const source = changed && 'decrypt' in changed ? changed : opened('bad');
  await expect(verifyBackup(source, silent)).rejects.toThrow(message);
  await expect(restoreBackup({ connection: untouched.connection, ...source }, silent)).rejects.toThrow(
    message,
  );
  const client = new pg.Client(untouched.connection);
  await client.connect();
  const { rows } = await client.query(
    `select count(*)::int as tables from pg_class where relnamespace = 'public'::regnamespace`,
  );
  expect(rows).toEqual([{ tables: 0 }]);
  await client.end();
});

async function changeByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length - 20]! ^= 1;
  await writeFile(file, bytes);
}

test('a database that is not empty is refused and not changed', async () => {
  const { connection } = fixture.needs.deployment;
  const before = await contents(connection);
  await expect(restoreBackup({ connection, ...opened('good') }, silent)).rejects.toThrow(
    /is not empty \(it contains/,
  );
  expect(await contents(connection)).toEqual(before);
  await expect(backUp('good')).rejects.toThrow(/is not empty: nothing was written/);
});

test('a backup of an older schema is brought up to date; one of a newer schema is refused', async () => {
  const { migrations } = await readManifest(opened('good'));
  const older = await openEmptyDatabase();
  const deployment = connect(older.connection, { max: 2 });
  const target = migrations.at(-4)!;
  await migrate(deployment, { target });
  await deployment.pool.query(
    `insert into users (id, name, email, email_verified, updated_at) values (gen_random_uuid(), 'Ana', 'ana@acme.example', true, now())`,
  );
  await writeBackup(
    { connection: older.connection, store: place('older'), encrypt: encryptTo(key.recipient) },
    details,
    silent,
  );
  await deployment.pool.query(`insert into schema_migration values ('9999-of-the-future', now())`);
  await writeBackup(
    { connection: older.connection, store: place('newer'), encrypt: encryptTo(key.recipient) },
    details,
    silent,
  );
  await deployment.pool.end();
  await older.close();

  const empty = await openEmptyDatabase();
  const { connection } = empty;
  await expect(restoreBackup({ connection, ...opened('newer') }, silent)).rejects.toThrow(/update this one/);
  await restoreBackup({ connection, ...opened('older') }, silent);
  const restored = connect(connection, { max: 2 });
  expect(await migrate(restored)).toEqual({ applied: [] });
  expect((await restored.pool.query('select name from users')).rows).toEqual([{ name: 'Ana' }]);
  await restored.pool.end();
  await empty.close();
});
