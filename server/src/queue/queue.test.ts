import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { deleteJobs, openQueue } from './queue.ts';

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

test('the jobs of deleted instances are deleted, and no others', async () => {
  const { deployment } = fixture;
  const queue = await openQueue(deployment, { isWorker: false, onError: () => {} });
  const [gone, kept] = [uuid(), uuid()];
  for (const instanceId of [gone, kept]) {
    await queue.enqueue(deployment, 'release-held', { instanceId, mailboxId: uuid() });
    const later = { startAfter: new Date(Date.now() + 86_400_000) };
    const snoozed = { instanceId, conversationId: uuid() };
    await queue.enqueue(deployment, 'unsnooze-conversation', snoozed, later);
  }
  await deleteJobs(deployment, [gone]);
  const { rows } = await deployment.pool.query(`select distinct data->>'instanceId' as id from pgboss.job
    where data ? 'instanceId'`);
  expect(rows).toEqual([{ id: kept }]);
  await queue.stop();
});
