import { pipeline as connectStreams, Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Connection } from '../database/connect.ts';
import { keepObjects } from '../files/remove-objects.ts';
import { keyIdOf } from '../google/seal.ts';
import { databaseOnly, type FileStores } from '../stores/file-stores.ts';
import { readMigrations, readSequences, readTables } from './catalog.ts';
import type { Encrypt } from './encryption.ts';
import { tap, writeFile } from './file-streams.ts';
import {
  BackupError,
  checksumsFile,
  formatVersion,
  type Manifest,
  manifestFile,
  secretFile,
  tableFile,
} from './format.ts';
import { inlineFiles } from './inline-files.ts';
import { type Print, reportProgress } from './progress.ts';
import type { BackupStore } from './store.ts';

/**
 * Writes a backup of the database as it is at one moment, while Postroom works on. `secret`: the current one;
 * `storesSecret`: whether it becomes part of the backup. Memory does not grow with the database. Throws a BackupError
 * if the place is not empty or cannot be written; what was written by then has no list of checksums.
 */
export async function writeBackup(
  {
    connection,
    store,
    encrypt,
    files = databaseOnly,
  }: { connection: Connection; store: BackupStore; encrypt: Encrypt; files?: FileStores },
  { version, secret, storesSecret }: { version: string; secret: string; storesSecret: boolean },
  print: Print,
): Promise<Manifest> {
  if (!(await store.isEmpty())) throw new BackupError(`${store.place} is not empty: nothing was written.`);
  const target = { store, encrypt };
  const client = new pg.Client({ ...connection, application_name: 'postroom backup' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(keepObjects);
    await client.query('begin isolation level repeatable read, read only');
    // Takes the snapshot; whole values, and no limits meant for short statements.
    const { rows } = await client.query<{ at: Date }>('select now() as at');
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const manifest: Manifest = {
      format: formatVersion,
      postroom: version,
      createdAt: rows[0]!.at.toISOString(),
      migrations: await readMigrations(client),
      tables: [],
      sequences: [],
      secretId: keyIdOf(secret),
      secret: null,
    };
    if (manifest.migrations.length === 0) throw new BackupError('The database has no tables of Postroom.');
    const tables = await readTables(client);
    for (const [index, table] of tables.entries()) {
      const progress = reportProgress(print, `${index + 1} of ${tables.length}  ${table.name}`);
      const list = table.columns.map((name) => client.escapeIdentifier(name)).join(', ');
      const rowsOf = client.query(copyTo(`copy ${client.escapeIdentifier(table.name)} (${list}) to stdout`));
      const complete = Readable.from(inlineFiles(rowsOf, table, files), { objectMode: false });
      const counted = connectStreams(
        complete,
        tap((chunk) => progress.add(chunk)),
        () => {},
      );
      const sha256 = await writeFile(target, tableFile(table.name), counted);
      manifest.tables.push({ ...table, rows: progress.lines, sha256 });
      progress.done();
    }
    // Sequences are not part of a snapshot: read afterwards, they are not behind the rows.
    manifest.sequences = await readSequences(client);
    await client.query('commit');
    if (storesSecret)
      manifest.secret = { sha256: await writeFile(target, secretFile, Readable.from([Buffer.from(secret)])) };
    const text = JSON.stringify(manifest, null, 2);
    const manifestSum = await writeFile(target, manifestFile, Readable.from([Buffer.from(text)]));
    await writeChecksums(store, manifest, manifestSum);
    return manifest;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The SHA-256 of each file by its name. */
export function checksums({ tables, secret }: Manifest, manifestSum: string): Map<string, string> {
  return new Map([
    ...tables.map(({ name, sha256 }) => [tableFile(name), sha256] as const),
    ...(secret ? [[secretFile, secret.sha256] as const] : []),
    [manifestFile, manifestSum],
  ]);
}

async function writeChecksums(store: BackupStore, manifest: Manifest, manifestSum: string): Promise<void> {
  const lines = [...checksums(manifest, manifestSum)].map(([file, sum]) => `${sum}  ${file}\n`);
  const target = await store.write(checksumsFile);
  await new Promise<void>((resolve, reject) => {
    target.once('error', reject);
    target.once('close', resolve);
    target.end(lines.join(''));
  });
}
