import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { openQueue } from './queue.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('many processes can start at once', async () => {
  for (let round = 0; round < 3; round += 1) {
    const deployments = Array.from({ length: 5 }, () => connect(fixture.connection, { max: 2 }));
    const opened = await Promise.allSettled(
      deployments.map((deployment) => openQueue(deployment, { isWorker: false, onError: () => {} })),
    );
    for (const each of opened) if (each.status === 'fulfilled') await each.value.stop();
    for (const { pool } of deployments) await pool.end();
    expect(opened.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))).toEqual([]);
  }
});
