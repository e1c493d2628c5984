import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Deployment } from './connect.ts';

const directory = new URL('./migrations/', import.meta.url);

/**
 * Runs the files of migrations/ in the order of their names, each once, all in one transaction under Kysely's
 * advisory lock, so that several processes can start together. Throws with the name of the file that failed.
 * `target`: the last one to run; tests of later ones stop before.
 */
export async function migrate(
  deployment: Deployment,
  { target }: { target?: string } = {},
): Promise<{ applied: string[] }> {
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

/** The name of the last migration of this release. */
export async function latestMigration(): Promise<string> {
  latest ??= getMigrations().then((migrations) => Object.keys(migrations).at(-1)!);
  return latest;
}
let latest: Promise<string> | undefined;

async function getMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const text = await readFile(new URL(file, directory), 'utf8');
    migrations[file.replace(/\.sql$/, '')] = {
      up: async (db) => {
        await sql.raw(text).execute(db);
      },
    };
  }
  return migrations;
}
