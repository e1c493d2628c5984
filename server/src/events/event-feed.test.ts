import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type Follower, openEventFeeds } from './event-feed.ts';
import { createEventNotifier, type EventNotifier } from './event-notifier.ts';
import { recordEvent } from './record-event.ts';

let fixture: TestDatabase;
let notifier: EventNotifier;
let instanceId: string;
let feeds: ReturnType<typeof openEventFeeds<Follower>>;
const refused = new Set<Follower>();
beforeAll(async () => {
  fixture = await openTestDatabase();
  notifier = createEventNotifier(fixture.locks);
  feeds = openEventFeeds<Follower>({
    database: fixture.database,
    notifier,
    encode: ({ seq }) => ({ seq, text: `${seq};`, size: 2, only: null }),
    mayFollow: async (_, followers) => new Set(followers.filter((follower) => !refused.has(follower))),
    onFailure: (error) => expect.unreachable(String(error)),
  });
});
afterAll(async () => {
  notifier?.close();
  await fixture?.close();
});
beforeEach(async () => {
  const slug = `acme-${crypto.randomUUID()}`;
  const { id } = await createInstance(fixture.deployment, { slug, name: 'Acme', kind: 'production' });
  instanceId = id;
});

const record = () =>
  fixture.database.inInstance(instanceId, async (tx) =>
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: 'support' } }),
  );

/** Joins the feed `count` times. `advanced` and `ended` are called with a follower's number. */
async function follow(
  count: number,
  { advanced, ended = () => {} }: { advanced(at: number): void; ended?(at: number): void },
) {
  const followers = Array.from({ length: count }, (_, at) => ({
    advance: (pushed: number) => pushed > 0 && advanced(at),
    end: () => ended(at),
  }));
  const joined = await Promise.all(followers.map((follower) => feeds.join(instanceId, follower)));
  return { followers, leave: () => joined.forEach((feed) => void feed.leave()) };
}

test('other work has its turn while an event is written to many streams', async () => {
  const advanced: number[] = [];
  let atFirstTurn: number | null = null;
  const { leave } = await follow(200, {
    advanced(at) {
      if (advanced.length === 0) setImmediate(() => (atFirstTurn = advanced.length));
      advanced.push(at);
    },
  });
  await record();
  await expect.poll(() => advanced.length).toBe(200);
  expect(atFirstTurn).toBeLessThan(200);
  leave();
});

test('a stream without access ends before anything new is written to others', async () => {
  const called: string[] = [];
  const { followers, leave } = await follow(100, {
    advanced: (at) => called.push(`advance ${at}`),
    ended: (at) => called.push(`end ${at}`),
  });
  refused.add(followers[99]!);
  await record();
  await expect.poll(() => called.length).toBe(100);
  expect(called.slice(0, 2)).toEqual(['end 99', 'advance 0']);
  leave();
});
