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

const happen = (mailboxId: string, fail = false) =>
  fixture.database.inInstance(instanceId, async (tx) => {
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: `${mailboxId} again` } });
    if (fail) throw new Error('rolled back');
  });

test('numbers have no gap, whatever races and whatever is rolled back', async () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    happen(String(index), index % 5 === 0).catch(() => {}),
  );
  await Promise.all(many);
  const events = await eventsAfter(fixture.database, instanceId, 0, 1_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  expect(await lastEvent(fixture.database, instanceId)).toBe(64);
  // Both events of one transaction stand together.
  for (let at = 0; at < events.length; at += 2) {
    const [first, second] = events.slice(at, at + 2) as Array<{ data: { mailboxId: string } }>;
    expect(second?.data.mailboxId).toBe(`${first?.data.mailboxId} again`);
  }
});

test('a commit rings the bell of its instance', async () => {
  const bell = createEventNotifier(fixture.connection);
  let rings = 0;
  bell.listen(instanceId, () => {
    rings += 1;
  });
  await expect.poll(() => rings).toBeGreaterThan(0); // it rings once when it begins to hear
  const before = rings;
  await happen('bell');
  await expect.poll(() => rings).toBeGreaterThan(before);
  await bell.close();
});
