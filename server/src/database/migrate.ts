import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StartupError } from '../problems.ts';
import type { Deployment } from './connect.ts';
import { databaseErrorCode } from './retry-conflicts.ts';
import { prepareRights } from './rights.ts';

const directory = new URL('./migrations/', import.meta.url);

/** A lock that a migration waits for makes all who come after it wait too: it gives up, and tries again (ms). */
const lockTimeoutMs = 3_000;
const maxAttempts = 40;
const migrationLock = 'migrations';

/**
 * Runs the files of migrations/ in the order of their names, each once. Those that follow each other run in one
 * transaction; a file that begins with `-- without transaction` runs by itself, statement by statement, and must be able
 * to run again (https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY). Several
 * processes can start together. Throws with the name of the file that failed. `target`: the last one to run; a restore
 * stops at the backup's schema first. A StartupError says which rights the database user lacks, or that the tables are of a
 * newer Postroom. Uses two connections; in a transaction, as a restore does in tables that nobody else uses, all of it runs
 * in that one.
 */
export async function migrate(
  deployment: Pick<Deployment, 'sql'>,
  { target, files = directory }: { target?: string; files?: URL } = {},
): Promise<{ applied: string[] }> {
  await prepareRights(deployment);
  if (deployment.sql.isTransaction) {
    const last = { last: target, disableTransactions: false };
    return { applied: await runUntil(deployment, await readMigrations(files), last) };
  }
  return whileLocked(deployment, async () => {
    const applied: string[] = [];
    const migrations = await readMigrations(files);
    await refuseOtherTables(deployment, files);
    for (const { last, disableTransactions } of await pendingGroups(deployment, migrations, target)) {
      applied.push(...(await runUntil(deployment, migrations, { last, disableTransactions })));
    }
    return { applied };
  });
}

/**
 * Holds a lock for which others ask again and again: who waits for a lock holds a snapshot, for whose end the creation
 * of an index without a transaction would wait.
 */
function whileLocked<T>({ sql: database }: Pick<Deployment, 'sql'>, work: () => Promise<T>): Promise<T> {
  const key = sql`hashtextextended(${sql.lit(migrationLock)}, 0)`;
  return database.connection().execute(async (connection) => {
    for (;;) {
      const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${key}) as free`.execute(
        connection,
      );
      if (rows[0]!.free) break;
      await sleep(100);
    }
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}

/** What was applied and is not of this release, and what of this release was not, in their order; null: no tables yet. */
export async function compareMigrations(
  { sql: database }: Pick<Deployment, 'sql'>,
  files: URL = directory,
): Promise<{ unknown: string[]; missing: string[]; last: string | undefined } | null> {
  const plain = database.withoutPlugins();
  const { rows: tables } = await sql<{ exists: boolean }>`
    select to_regclass('schema_migration') is not null as exists`.execute(plain);
  if (!tables[0]!.exists) return null;
  const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(plain);
  const applied = new Set(rows.map(({ name }) => name));
  const known = await migrationNames(files);
  return {
    unknown: [...applied].filter((name) => !known.includes(name)).sort(),
    missing: known.filter((name) => !applied.has(name)),
    last: known.findLast((name) => applied.has(name)),
  };
}

async function refuseOtherTables(deployment: Pick<Deployment, 'sql'>, files: URL): Promise<void> {
  const compared = await compareMigrations(deployment, files);
  if (!compared) return;
  const { unknown, missing, last } = compared;
  if (unknown.length > 0) {
    throw new StartupError(
      `The database was last used by a newer Postroom: this one does not know its change ${unknown.at(-1)}.\n` +
        '  The tables were not changed. Start the newer version again, or restore a backup that was made before the upgrade\n' +
        '  (docs/backup.md).',
    );
  }
  if (last !== undefined && missing.some((name) => name < last)) {
    throw new StartupError(
      `The database was made by a state of the source between two releases: ${missing[0]} is missing before ${last}.\n` +
        '  The tables were not changed. Start with the version that ran here last, or restore a backup of a release\n' +
        '  (docs/backup.md).',
    );
  }
}

type Group = { last: string | undefined; disableTransactions: boolean };

/** What is still to run, cut before and after each file that runs without a transaction. */
async function pendingGroups(
  deployment: Pick<Deployment, 'sql'>,
  migrations: Map<string, string>,
  target: string | undefined,
): Promise<Group[]> {
  const all = await createMigrator(deployment, migrations).getMigrations();
  const groups: Group[] = [];
  for (const { name, executedAt } of all) {
    if (executedAt || (target !== undefined && name > target)) continue;
    const disableTransactions = runsAlone(migrations.get(name)!);
    const before = groups.at(-1);
    if (before && !before.disableTransactions && !disableTransactions) before.last = name;
    else groups.push({ last: name, disableTransactions });
  }
  // With nothing to run Kysely still refuses tables of another release.
  return groups.length > 0 ? groups : [{ last: target, disableTransactions: false }];
}

async function runUntil(
  deployment: Pick<Deployment, 'sql'>,
  migrations: Map<string, string>,
  { last, disableTransactions }: Group,
): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const migrator = createMigrator(deployment, migrations);
    const { error, results = [] } = last
      ? await migrator.migrateTo(last, { disableTransactions })
      : await migrator.migrateToLatest();
    if (!error) {
      return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
    }
    // lock_not_available: nothing was changed.
    if (databaseErrorCode(error) === '55P03' && !disableTransactions && attempt < maxAttempts) {
      await sleep(Math.random() * 1_000);
      continue;
    }
    const failed = results.find(({ status }) => status === 'Error')?.migrationName;
    throw new Error(`The database could not be brought up to date${failed ? ` (${failed})` : ''}`, {
      cause: error,
    });
  }
}

function createMigrator(
  { sql: database }: Pick<Deployment, 'sql'>,
  migrations: Map<string, string>,
): Migrator {
  return new Migrator({
    db: database.withoutPlugins(),
    provider: {
      getMigrations: async () =>
        Object.fromEntries([...migrations].map(([name, text]) => [name, { up: (db) => run(db, text) }])),
    },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  });
}

const runsAlone = (text: string) => text.startsWith('-- without transaction');

async function run(db: Kysely<unknown>, text: string): Promise<void> {
  const statements = runsAlone(text)
    ? (db.isTransaction ? text.replaceAll(/ concurrently\b/gi, '') : text)
        .split(/;$/m)
        .filter((statement) => statement.trim())
    : [`set local lock_timeout = ${lockTimeoutMs};\n${text.replace(makesRole, '')}`];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** The names of all migrations, in their order. */
export async function migrationNames(files: URL = directory): Promise<string[]> {
  return (await readdir(files))
    .flatMap((file) => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : []))
    .sort();
}

/** The name of the last migration of this release. */
export async function latestMigration(): Promise<string> {
  latest ??= migrationNames().then((names) => names.at(-1)!);
  return latest;
}
let latest: Promise<string> | undefined;

/** The first migration makes the role, which needs a right of its own even where it exists: rights.ts has made it. */
const makesRole =
  /^do \$\$ begin\n {2}create role postroom_app nologin;[^$]*\$\$;\ndo \$\$ begin\n[^$]*\$\$;\n/m;

/** Their texts by their names, in their order. */
async function readMigrations(files: URL): Promise<Map<string, string>> {
  const migrations = new Map<string, string>();
  for (const name of await migrationNames(files)) {
    migrations.set(name, await readFile(new URL(`${name}.sql`, files), 'utf8'));
  }
  return migrations;
}
