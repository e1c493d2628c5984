import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { migrate, migrationNames } from '../database/migrate.ts';
import { readContents, readTables, setAsideTriggersAndKeys } from './catalog.ts';
import type { Decrypt } from './encryption.ts';
import { damaged, readFile, tap } from './file-streams.ts';
import { BackupError, type Manifest, tableFile } from './format.ts';
import { type Print, reportProgress } from './progress.ts';
import { readManifest } from './read-manifest.ts';
import type { BackupStore } from './store.ts';

/**
 * Restores a backup into an empty database, in one transaction: it is there as a whole, or nothing is. The tables are
 * made by the migrations that the backup's database had; those that are newer run after its rows are there. The copy
 * is paused. Throws a BackupError in plain words, also for a database that is not empty.
 */
export async function restoreBackup(
  { connection, store, decrypt }: { connection: Connection; store: BackupStore; decrypt: Decrypt },
  print: Print,
): Promise<Manifest> {
  const manifest = await readManifest({ store, decrypt });
  const client = new pg.Client({ ...connection, application_name: 'postroom restore' });
  client.on('error', () => {});
  await client.connect();
  const db = kyselyOver(client);
  try {
    await db.transaction().execute(async (tx) => {
      await client.query('set local statement_timeout = 0; set local lock_timeout = 0');
      await refuseUsed(client);
      await migrateAsBackup(tx, manifest);
      await load(client, { store, decrypt }, manifest, print);
      print('Bringing the tables up to date …');
      await migrate({ sql: tx });
      await client.query('insert into pause (backup_at) values ($1)', [manifest.createdAt]);
      // The original may have sent them since; they are still shown.
      await client.query('update notification set mail_due_at = null where mail_due_at is not null');
    });
    await client.query('analyze');
    return manifest;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A Kysely over one connection, whose transactions are those of `client`. */
function kyselyOver(client: pg.Client): Kysely<Schema> {
  const connection = Object.assign(client, { release() {} });
  const pool = { connect: async () => connection, end: async () => {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool as never }) });
}

async function refuseUsed(client: pg.Client): Promise<void> {
  const found = await readContents(client);
  if (found.length > 0) {
    throw new BackupError(
      `The database is not empty (it contains ${found.join(', ')} …): nothing was changed.\n` +
        '  Restore into a new one: an empty database in DATABASE_URL, or another POSTROOM_DATA_DIR.',
    );
  }
}

/** Makes the tables that the backup's database had. */
async function migrateAsBackup(tx: Parameters<typeof migrate>[0]['sql'], manifest: Manifest): Promise<void> {
  const { migrations, postroom } = manifest;
  const known = (await migrationNames()).slice(0, migrations.length);
  if (known.join() !== migrations.join()) {
    throw new BackupError(
      `The backup was made by Postroom ${postroom}, which has tables that this one does not know: update this one.`,
    );
  }
  await migrate({ sql: tx }, { target: migrations.at(-1)! });
}

async function load(
  client: pg.Client,
  source: { store: BackupStore; decrypt: Decrypt },
  manifest: Manifest,
  print: Print,
): Promise<void> {
  const shapes = await readTables(client);
  const putBack = await setAsideTriggersAndKeys(client, shapes);
  // What the migrations themselves inserted is in the backup too.
  for (const { name } of shapes) await client.query(`truncate ${client.escapeIdentifier(name)}`);
  for (const [index, { name, columns, rows, sha256 }] of manifest.tables.entries()) {
    const file = tableFile(name);
    if (!shapes.some((shape) => shape.name === name)) throw damaged(source.store.place, file);
    const progress = reportProgress(print, `${index + 1} of ${manifest.tables.length}  ${name}`);
    const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
    const target = client.query(copyFrom(`copy ${client.escapeIdentifier(name)} (${list}) from stdin`));
    try {
      await pipeline(
        readFile(source, { file, sha256 }),
        tap((chunk) => progress.add(chunk)),
        target,
      );
    } catch (error) {
      // Postgres refuses what does not fit the table before the whole file is read: says so only if its checksum is right.
      for await (const _ of readFile(source, { file, sha256 }));
      throw error;
    }
    if (target.rowCount !== rows) throw damaged(source.store.place, file);
    progress.done();
  }
  for (const { name, value, called } of manifest.sequences) {
    await client.query('select setval($1::regclass, $2, $3)', [client.escapeIdentifier(name), value, called]);
  }
  print('Checking foreign keys …');
  await putBack();
}
