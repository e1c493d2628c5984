import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Connection, connect } from './database/connect.ts';
import { bindToInstances } from './database/instance-transaction.ts';
import { prepared } from './database/prepared-statements.ts';
import { createInstance } from './instances/instances.ts';
import { openTestDatabase, type TestDatabase } from './testing/database.ts';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from './testing/pgbouncer.ts';
import { postgresUrl } from './testing/postgres.ts';
import { readLiveStream, signInFirstAdmin, startWebProcess } from './testing/web-process.ts';

/** How many connections of Postgres PgBouncer shares. */
const shared = 3;

describe.runIf(hasPgBouncer)('through PgBouncer in transaction mode', () => {
  let fixture: TestDatabase;
  let pooler: PgBouncer;
  let pooled: Connection;
  beforeAll(async () => {
    fixture = await openTestDatabase();
    pooler = await startPgBouncer(inject('postgres'), { default_pool_size: shared });
    pooled = pooler.through(fixture.connection);
  });
  afterAll(async () => {
    await pooler?.stop();
    await fixture?.close();
  });

  test('a process works with one direct connection, and events come at once', async () => {
    const direct = postgresUrl(fixture.connection);
    // Web and worker, each with all that it opens.
    const processes = [
      await startWebProcess(pooled, { POSTROOM_DATABASE_DIRECT_URL: direct, DATABASE_URL: direct }),
      await startWebProcess(pooled, {
        POSTROOM_DATABASE_DIRECT_URL: direct,
        DATABASE_URL: direct,
        POSTROOM_ROLE: 'all',
      }),
    ];
    const [one, other] = processes.map(({ address }) => address);
    const { headers, instancePath } = await signInFirstAdmin(one!);
    const seen: number[] = [];
    const reading = new AbortController();
    const stream = readLiveStream(
      `${one}${instancePath}/events?after=0`,
      { headers, signal: reading.signal },
      (seq) => seen.push(seq),
    );
    const changes = Array.from({ length: 30 }, (_, index) => index);
    const answers = await Promise.all(
      changes.map((index) =>
        fetch(`${other}${instancePath}/tags/${uuid()}`, {
          method: 'PUT',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ name: `Tag ${index}` }),
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
    await expect.poll(() => seen).toEqual(changes.map((index) => index + 1));

    const { rows } = await fixture.deployment.pool.query<{ name: string; count: number }>(
      `select case when application_name = 'postroom direct' then 'direct' else 'shared' end as name,
        count(*) as count
      from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() group by 1 order by 1`,
    );
    expect(rows[0]).toEqual({ name: 'direct', count: processes.length });
    expect(rows[1]!.count).toBeLessThanOrEqual(shared);
    reading.abort();
    await stream.catch(() => {});
    for (const each of processes) await each.stop();
  });

  test('no instance sees rows of another, and no transaction leaves a setting behind', async () => {
    const deployment = connect({ ...pooled, pooler: { keepsStatements: false } });
    const database = bindToInstances(deployment);
    const names = prepared((db, { not }: { not: string }) =>
      db.selectFrom('savedReply').where('name', '!=', not).select(['instanceId']),
    );
    const instances = await Promise.all(
      ['a', 'b', 'c'].map((slug) => createInstance(deployment, { slug, name: slug, kind: 'sandbox' })),
    );
    for (const { id: instanceId } of instances) {
      const row = { instanceId, id: uuid(), name: 'same', html: '' };
      await database.inInstance(instanceId, (tx) => tx.sql.insertInto('savedReply').values(row).execute());
    }
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { id } = instances[index % instances.length]!;
        const work = database.inInstance(id, async (tx) => {
          expect(await names(tx, { not: uuid() })).toEqual([{ instanceId: id }]);
          if (index % 7 === 0) throw new Error('rolled back');
        });
        if (index % 7 === 0) await expect(work).rejects.toThrow('rolled back');
        else await work;
        const { rows } = await deployment.pool.query(
          `select current_user = session_user as own, current_setting('postroom.instance', true) as instance,
            current_setting('statement_timeout') as timeout`,
        );
        expect(rows).toEqual([{ own: true, instance: expect.toBeOneOf(['', null]), timeout: '0' }]);
      }),
    );
    await deployment.pool.end();
  });

  test('a statement of a request is stopped in time, though no connection begins with a limit', async () => {
    const deployment = connect(
      { ...pooled, pooler: { keepsStatements: false } },
      { timeouts: { statement_timeout: 200 } },
    );
    const { id } = await createInstance(deployment, { slug: 'slow', name: 'Slow', kind: 'sandbox' });
    const slow = bindToInstances(deployment).inInstance(id, (tx) =>
      tx.sql.selectNoFrom((eb) => eb.fn('pg_sleep', [eb.val(60)]).as('slept')).execute(),
    );
    await expect(slow).rejects.toMatchObject({ code: '57014' });
    await deployment.pool.end();
  });
});
