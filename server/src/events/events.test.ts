import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createEventNotifier } from './event-notifier.ts';
import { eventsAfter, lastEvent } from './read-events.ts';
import { recordEvent } from './record-event.ts';

let fixture: TestDatabase;
let instanceId: string;
beforeAll(async () => {
  fixture = await openTestDatabase();
  const instance = { slug: 'acme', name: 'Acme', kind: 'production' } as const;
  instanceId = (await createInstance(fixture.deployment, instance)).id;
});
afterAll(() => fixture?.close());

const record = (mailboxId: string, fail = false) =>
  fixture.database.inInstance(instanceId, async (tx) => {
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: `${mailboxId} again` } });
    if (fail) throw new Error('rolled back');
  });

test('event numbers have no gaps under concurrency and rollbacks', async () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    record(String(index), index % 5 === 0).catch(() => {}),
  );
  await Promise.all(many);
  const events = await eventsAfter(fixture.database, instanceId, 0, 1_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  expect(await lastEvent(fixture.database, instanceId)).toBe(64);
  // The two events of a transaction follow each other.
  for (let at = 0; at < events.length; at += 2) {
    const [first, second] = events.slice(at, at + 2) as Array<{ data: { mailboxId: string } }>;
    expect(second?.data.mailboxId).toBe(`${first?.data.mailboxId} again`);
  }
});

test('a commit notifies the listeners of its instance', async () => {
  const notifier = createEventNotifier(fixture.locks);
  let calls = 0;
  notifier.subscribe(instanceId, () => {
    calls += 1;
  });
  await expect.poll(() => calls).toBeGreaterThan(0); // once when it is connected
  const before = calls;
  await record('notified');
  await expect.poll(() => calls).toBeGreaterThan(before);
  notifier.close();
});
