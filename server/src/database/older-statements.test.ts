import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { openQueue } from '../queue/queue.ts';
import { openEmptyDatabase } from '../testing/database.ts';
import { debianBinaries, startTestPostgres } from '../testing/postgres.ts';
import { type Connection, connect } from './connect.ts';
import { migrate } from './migrate.ts';

const directory = process.env.POSTROOM_TESTED_STATEMENTS;

/**
 * `npm test` keeps the texts of all statements that the other tests ran (testing/record-statements.ts). Those that the
 * newest Postgres plans, the oldest supported one has to plan too: no function, syntax or type of a later version is used.
 */
describe.runIf(directory)('the statements of all tests', () => {
  test('are planned by Postgres 15', async () => {
    const texts = await recordedTexts();
    expect(texts.length).toBeGreaterThan(800);
    const newest = await openEmptyDatabase();
    const failures = await failuresOf(newest.connection, texts).finally(newest.close);
    const valid = texts.filter((text) => !failures.has(text));
    // The others are of other schemas, or wrong on purpose.
    expect(valid.length).toBeGreaterThan(texts.length * 0.9);

    const oldest = await startTestPostgres(debianBinaries('15'));
    const older = await failuresOf(oldest.connection, valid).finally(oldest.stop);
    expect([...older].map(([text, message]) => `${message}: ${text}`)).toEqual([]);
  }, 120_000);
});

/** Those that Postgres plans; others, such as `create table`, are those of migrations. */
async function recordedTexts(): Promise<string[]> {
  const texts = new Set<string>();
  for (const name of await readdir(directory!)) {
    const recorded = JSON.parse(await readFile(path.join(directory!, name), 'utf8')) as string[];
    for (const text of recorded)
      if (/^\s*(with|select|insert|update|delete|merge)\b/i.test(text)) texts.add(text);
  }
  return [...texts];
}

/** The texts that cannot be planned over the current schema and that of the queue, with the reason. */
async function failuresOf(connection: Connection, texts: string[]): Promise<Map<string, string>> {
  const deployment = connect(connection, { max: 2 });
  await migrate(deployment);
  const queue = await openQueue(deployment, { isWorker: false, onError: () => {} });
  await queue.stop();
  await deployment.pool.end();

  const client = new pg.Client(connection);
  await client.connect();
  const failures = new Map<string, string>();
  for (const text of texts) {
    await client
      // By the extended protocol, which refuses a text of several statements instead of running the others.
      .query({ text: `prepare one as ${text}`, queryMode: 'extended' } as pg.QueryConfig)
      .then(() => client.query('deallocate one'))
      .catch((error: Error) => failures.set(text, error.message));
  }
  await client.end();
  return failures;
}
