import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Deployment } from './connect.ts';
import { prepareRights } from './rights.ts';

const directory = new URL('./migrations/', import.meta.url);

/**
 * Runs the files of migrations/ in the order of their names, each once, all in one transaction under Kysely's
 * advisory lock, so that several processes can start together. Throws with the name of the file that failed.
 * `target`: the last one to run; a restore stops at the backup's schema first. A StartupError says which rights the
 * database user lacks.
 */
export async function migrate(
  deployment: Pick<Deployment, 'sql'>,
  { target }: { target?: string } = {},
): Promise<{ applied: string[] }> {
  await prepareRights(deployment);
  const migrator = new Migrator({
    db: deployment.sql.withoutPlugins(),
    provider: { getMigrations },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  });
  const { error, results = [] } = target
    ? await migrator.migrateTo(target)
    : await migrator.migrateToLatest();
  if (error) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`The database could not be brought up to date${failed ? ` (${failed})` : ''}`, {
      cause: error,
    });
  }
  return {
    applied: results.filter((result) => result.status === 'Success').map((result) => result.migrationName),
  };
}

/** The names of all migrations, in their order. */
export async function migrationNames(): Promise<string[]> {
  const files = await readdir(directory);
  return files.flatMap((file) => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : [])).sort();
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

async function getMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const name of await migrationNames()) {
    const text = await readFile(new URL(`${name}.sql`, directory), 'utf8');
    migrations[name] = {
      up: async (db) => {
        await sql.raw(text.replace(makesRole, '')).execute(db);
      },
    };
  }
  return migrations;
}
