import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bindToInstances, type Database } from '../../database/instance-transaction.ts';
import { openQueue, type Queue } from '../../queue/queue.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { sendsHere } from './send-here.ts';
import type { SendRequest } from './send-scheduler.ts';

let fixture: TestDatabase;
let queue: Queue;
let database: Database;
const sent: SendRequest[] = [];
let enqueue: Queue['enqueue'];

beforeAll(async () => {
  fixture = await openTestDatabase();
  queue = await openQueue(fixture.deployment, { isWorker: false, onError: () => {} });
  database = bindToInstances(fixture.deployment);
  enqueue = sendsHere(queue.enqueue, (message) => sent.push(message));
});
afterAll(async () => {
  await queue?.stop();
  await fixture?.close();
});

const instanceId = uuid();
const newMessage = () => ({ instanceId, messageId: uuid(), mailboxId: uuid(), conversationId: uuid() });

async function hasJob({ messageId }: SendRequest): Promise<boolean> {
  const { rowCount } = await fixture.deployment.pool.query(
    `select from pgboss.job where data->>'messageId' = $1`,
    [messageId],
  );
  return rowCount !== 0;
}

test('what may be sent at once is sent once it is committed, without a job', async () => {
  const message = newMessage();
  await database.inInstance(instanceId, async (tx) => {
    await enqueue(tx, 'send', message);
    expect(sent).not.toContainEqual(message);
  });
  expect(sent).toContainEqual(message);
  expect(await hasJob(message)).toBe(false);
});

test('what is rolled back is not sent', async () => {
  const message = newMessage();
  const rolledBack = database.inInstance(instanceId, async (tx) => {
    await enqueue(tx, 'send', message);
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  expect(sent).not.toContainEqual(message);
});

test.each([
  ['for later', { startAfter: new Date(Date.now() + 60_000) }],
  ['with low priority', { lowPriority: true }],
])('what is enqueued %s is a job', async (_, options) => {
  const message = newMessage();
  await database.inInstance(instanceId, (tx) => enqueue(tx, 'send', message, options));
  expect(await hasJob(message)).toBe(true);
  expect(sent).not.toContainEqual(message);
});

test('a job is enqueued with the commit, and not if that fails', async () => {
  const [kept, lost] = [newMessage(), newMessage()];
  await database.inInstance(instanceId, (tx) => queue.enqueue(tx, 'send', kept));
  await database
    .inInstance(instanceId, async (tx) => {
      await queue.enqueue(tx, 'send', lost);
      throw new Error('rolled back');
    })
    .catch(() => {});
  expect([await hasJob(kept), await hasJob(lost)]).toEqual([true, false]);
});
