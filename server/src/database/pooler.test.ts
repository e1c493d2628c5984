import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { StartupError } from '../problems.ts';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../testing/pgbouncer.ts';
import { postgresUrl } from '../testing/postgres.ts';
import type { Connection } from './connect.ts';
import { findAddresses } from './pooler.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('Postgres itself is no pooler', async () => {
  const addresses = await findAddresses(fixture.connection, null);
  expect(addresses).toEqual({ pooled: fixture.connection, direct: fixture.connection });
});

test.each([
  ['at which nothing answers', '@127.0.0.1:1/none', /connect ECONNREFUSED/],
  ['with a certificate authority that is not there', '@127.0.0.1:1/none?sslrootcert=/no.pem', /no such file/],
])('an address %s is named, with the reason', async (_what, rest, reason) => {
  const finding = findAddresses({ connectionString: `postgres://nobody${rest}` }, null);
  await expect(finding).rejects.toThrow(StartupError);
  await expect(finding).rejects.toThrow(/^Postroom cannot use the database of DATABASE_URL: /);
  await expect(finding).rejects.toThrow(reason);
});

describe.runIf(hasPgBouncer)('through PgBouncer in transaction mode', () => {
  let pooler: PgBouncer;
  let pooled: Connection;
  beforeAll(async () => {
    pooler = await startPgBouncer(inject('postgres'));
    pooled = pooler.through(fixture.connection);
  });
  afterAll(() => pooler?.stop());

  test('a start without the direct address says what to set', async () => {
    await expect(findAddresses(pooled, null)).rejects.toThrow(/Set POSTROOM_DATABASE_DIRECT_URL/);
  });

  test('a direct address that leads to a pooler too is refused', async () => {
    await expect(findAddresses(pooled, postgresUrl(pooled))).rejects.toThrow(/DIRECT_URL leads to a pooler/);
  });

  test('a direct address of another database is refused', async () => {
    const other = await openEmptyDatabase();
    await expect(findAddresses(pooled, postgresUrl(other.connection))).rejects.toThrow(/different databases/);
    await other.close();
  });

  test('a direct address at which nothing answers is named', async () => {
    await expect(findAddresses(pooled, 'postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(
      /cannot use the database of POSTROOM_DATABASE_DIRECT_URL/,
    );
  });

  test('many processes find it out at once, while others use its connections', async () => {
    const found = await Promise.all(
      Array.from({ length: 12 }, () => findAddresses(pooled, postgresUrl(fixture.connection))),
    );
    expect(found.map((each) => each.pooled.pooler)).toEqual(found.map(() => ({ keepsStatements: false })));
  });

  test('a PgBouncer that keeps no prepared statements is found out', async () => {
    const addresses = await findAddresses(pooled, postgresUrl(fixture.connection));
    expect(addresses.pooled).toEqual({ ...pooled, pooler: { keepsStatements: false } });
    expect(addresses.direct).toEqual({ connectionString: postgresUrl(fixture.connection) });
  });
});
