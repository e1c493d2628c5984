import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, connect } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { migrate } from '../database/migrate.ts';
import { fillEveryTable } from '../testing/fill-every-table.ts';
import { debianBinaries } from '../testing/postgres.ts';
import { createBackupKey, decryptWith, encryptTo } from './encryption.ts';
import { restoreBackup } from './restore-backup.ts';
import { folderStore } from './store.ts';
import { writeBackup } from './write-backup.ts';

let folder: string;
const cleanups: Array<() => Promise<void>> = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-older-'));
  // Debian's Postgres runs as another user.
  await chmod(folder, 0o755);
});
afterAll(async () => {
  for (const cleanUp of cleanups.toReversed()) await cleanUp();
  await rm(folder, { recursive: true, force: true });
});

/** `binaries`: those of a former release; undefined: those of this one. */
async function start(directory: string, binaries?: ReturnType<typeof debianBinaries>) {
  const postgres = await startEmbeddedPostgres(directory, { binaries });
  if (postgres.kind !== 'started') throw new Error('The directory is in use');
  cleanups.push(() => rm(String(postgres.connection.host), { recursive: true, force: true }));
  return postgres;
}

async function tableCounts(connection: Connection): Promise<Record<string, number>> {
  const deployment = connect(connection, { max: 1 });
  const { rows } = await deployment.pool.query<{ name: string; count: number }>(
    `select relname as name, (xpath('/row/c/text()',
      query_to_xml(format('select count(*) as c from %I', relname), false, true, '')))[1]::text::int as count
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname not in ('session', 'pause', 'push_subscription', 'push_delivery') order by 1`,
  );
  await deployment.pool.end();
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

test('the data directory of an older Postgres is refused, and moved by a backup', async () => {
  const former = path.join(folder, 'former');
  const older = await start(former, debianBinaries('15'));
  const deployment = connect(older.connection, { max: 2 });
  await migrate(deployment);
  const [instanceId, userId] = [randomUUID(), randomUUID()];
  await deployment.pool.query(
    `insert into instance (id, slug, name, kind) values ('${instanceId}', 'acme', 'Acme', 'production');
    insert into users (id, name, email, email_verified, updated_at) values ('${userId}', 'Ana', 'ana@acme.example', true, now())`,
  );
  await fillEveryTable(deployment, { instanceId, userId, marker: 'marker' });
  await deployment.pool.end();
  const before = await tableCounts(older.connection);
  const key = await createBackupKey();
  const store = folderStore(path.join(folder, 'backup'));
  const details = { version: '0.1.0', secret: 'a secret for testing, long enough', storesSecret: true };
  await writeBackup(
    { connection: older.connection, store, encrypt: encryptTo(key.recipient) },
    details,
    () => {},
  );
  await older.stop();

  await expect(startEmbeddedPostgres(former)).rejects.toThrow(/15/);

  const newer = await start(path.join(folder, 'new'));
  await restoreBackup({ connection: newer.connection, store, decrypt: decryptWith(key.identity) }, () => {});
  expect(await tableCounts(newer.connection)).toEqual(before);
  await newer.stop();

  // What the former release left is as it was.
  const again = await start(former, debianBinaries('15'));
  expect(await tableCounts(again.connection)).toEqual(before);
  await again.stop();
}, 240_000);
