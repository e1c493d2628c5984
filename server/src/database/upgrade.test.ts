import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { openEmptyDatabase } from '../testing/database.ts';
import { fillEveryTable } from '../testing/fill-every-table.ts';
import { connect, type Deployment } from './connect.ts';
import { latestMigration, migrate, migrationNames } from './migrate.ts';
import releasedSchemas from './released-schemas.json' with { type: 'json' };

const cleanups: Array<() => Promise<void>> = [];
afterAll(async () => {
  for (const cleanUp of cleanups) await cleanUp();
});

/** An instance with a row in every table that has an `instance_id`. */
async function fill(deployment: Deployment): Promise<void> {
  const [instanceId, userId] = [randomUUID(), randomUUID()];
  await deployment.pool.query(
    `insert into instance (id, slug, name, kind) values ($1, $2, 'Acme', 'production')`,
    [instanceId, `acme-${instanceId.slice(0, 8)}`],
  );
  await deployment.pool.query(
    `insert into users (id, name, email, email_verified, updated_at) values ($1, 'Ana', $2, true, now())`,
    [userId, `${userId}@acme.example`],
  );
  await fillEveryTable(deployment, { instanceId, userId, marker: 'marker' });
}

/** The rows of every table as objects of texts, without what Postgres computes itself. */
async function contents(pool: Pool): Promise<Map<string, Array<Record<string, unknown>>>> {
  const { rows } = await pool.query<{ name: string; columns: string }>(
    `select c.relname as name, string_agg(format('%I::text', a.attname), ', ' order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname !~ '^schema_migration'
    group by 1 order by 1`,
  );
  const all = new Map<string, Array<Record<string, unknown>>>();
  for (const { name, columns } of rows) {
    all.set(name, (await pool.query(`select ${columns} from "${name}"`)).rows);
  }
  return all;
}

test('each released schema is still a migration', async () => {
  const names = await migrationNames();
  expect(Object.values(releasedSchemas).filter((name) => !names.includes(name))).toEqual([]);
});

for (const [release, target] of Object.entries(releasedSchemas)) {
  test(`the data of ${release} is the same after an upgrade`, async () => {
    const empty = await openEmptyDatabase();
    const deployment = connect(empty.connection, { max: 2 });
    cleanups.push(async () => {
      await deployment.pool.end();
      await empty.close();
    });
    await migrate(deployment, { target });
    await fill(deployment);
    const before = await contents(deployment.pool);
    const { applied } = await migrate(deployment);
    expect(applied.at(-1)).toBe(await latestMigration());
    const after = await contents(deployment.pool);
    for (const [table, rows] of before) {
      const now = after.get(table);
      expect({ table, rows: now?.length }).toEqual({ table, rows: rows.length });
      // Columns that were added meanwhile are not compared.
      expect(now).toEqual(expect.arrayContaining(rows.map((row) => expect.objectContaining(row))));
    }
    // What comes next fits the newest schema, with its triggers and constraints.
    await fill(deployment);
  }, 240_000);
}
