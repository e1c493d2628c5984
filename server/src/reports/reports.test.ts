import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../conversations/create-conversations.ts';
import type { OpeningTime } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { createConnectionFixture } from '../testing/connection-fixture.ts';
import { backlog } from './backlog.ts';
import { saveOpeningHours } from './opening-hours.ts';
import { responseTimes } from './response-times.ts';
import { volume } from './volume.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let admin: Awaited<ReturnType<typeof fixture.admin>>;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
  admin = await fixture.admin();
  mailboxId = await fixture.connect(admin, 'support@acme.example');
});
afterAll(() => fixture?.close());

const read = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
  fixture.needs.database.inInstance(admin.instanceId, work);
const hour = 3_600;

type Item = [what: 'arrives' | 'answered' | 'imported' | 'done' | 'reopened', at: string];
/** A conversation with this history; times are UTC. Returns its id. */
function history(items: Item[], status: 'open' | 'done' = 'open'): Promise<string> {
  const [id, customerId] = [uuid(), uuid()];
  return read(async (tx) => {
    const { instanceId } = tx;
    const now = new Date();
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
    await createConversations(tx, [
      { id, customerId, mailboxId, assigneeId: null, subject: 'Question', status, lastMessageAt: now },
    ]);
    for (const [what, time] of items) {
      const at = new Date(time);
      const row = { instanceId, id: uuid(), conversationId: id };
      if (what === 'done' || what === 'reopened')
        await tx.sql
          .insertInto('conversationEvent')
          .values({
            ...row,
            kind: what,
            actorId: admin.actor.id,
            assigneeId: null,
            otherId: null,
            until: null,
            tagId: null,
            tagName: null,
            at,
          })
          .execute();
      else
        await tx.sql
          .insertInto('message')
          .values({
            ...row,
            mailboxId,
            direction: what === 'answered' ? 'outbound' : 'inbound',
            origin: 'gmail',
            authorId: what === 'answered' ? admin.actor.id : null,
            imported: what === 'imported',
            sentAt: at,
          } as never)
          .execute();
    }
    return id;
  });
}
const times = (
  from: string,
  to: string,
  more: {
    withinHours?: boolean;
    tagId?: string;
    group?: 'day' | 'user' | 'tag';
    compare?: 'mailbox' | 'user' | 'tag';
  } = {},
) => {
  const { withinHours = false, group = 'day', compare, tagId } = more;
  return read((tx) => responseTimes(tx, { from, to, tagId }, { group, compare, withinHours }));
};
const one = (seconds: number) => ({ count: 1, median: seconds, ninetieth: seconds });

test('measures first response, next response and resolution', async () => {
  await history(
    [
      ['arrives', '2026-01-05T08:00:00Z'],
      ['arrives', '2026-01-05T09:00:00Z'],
      ['answered', '2026-01-05T10:00:00Z'],
      ['answered', '2026-01-05T11:00:00Z'],
      ['arrives', '2026-01-06T08:00:00Z'],
      ['answered', '2026-01-06T08:30:00Z'],
      ['done', '2026-01-06T20:00:00Z'],
    ],
    'done',
  );
  const { total, groups } = await times('2026-01-05', '2026-01-06');
  expect(total).toEqual({ first: one(2 * hour), next: one(hour / 2), resolution: one(36 * hour) });
  expect(groups).toEqual([
    { key: '2026-01-05', first: one(2 * hour), next: null, resolution: null },
    { key: '2026-01-06', first: null, next: one(hour / 2), resolution: one(36 * hour) },
  ]);
  const { groups: people, compared } = await times('2026-01-05', '2026-01-06', { group: 'user' });
  expect(people).toEqual([{ key: admin.actor.id, ...total }]);
  expect(compared).toBeNull();
});

test('thanks that are set done without an answer are no wait', async () => {
  await history([
    ['arrives', '2026-01-12T08:00:00Z'],
    ['done', '2026-01-12T09:00:00Z'],
    ['arrives', '2026-01-14T08:00:00Z'],
    ['answered', '2026-01-14T09:00:00Z'],
  ]);
  const { total } = await times('2026-01-12', '2026-01-14');
  expect(total).toEqual({ first: one(hour), next: null, resolution: one(hour) });
});

test('done that is taken back is no resolution', async () => {
  await history([
    ['arrives', '2026-01-19T08:00:00Z'],
    ['done', '2026-01-19T09:00:00Z'],
    ['reopened', '2026-01-19T09:01:00Z'],
    ['done', '2026-01-19T18:00:00Z'],
  ]);
  expect((await times('2026-01-19', '2026-01-19')).total.resolution).toEqual(one(10 * hour));
});

test('counts by tag', async () => {
  const conversationId = await history([
    ['arrives', '2026-01-26T08:00:00Z'],
    ['answered', '2026-01-26T09:00:00Z'],
  ]);
  const tagId = uuid();
  await read(async (tx) => {
    const { instanceId } = tx;
    await tx.sql
      .insertInto('tag')
      .values({ instanceId, id: tagId, name: 'Billing', color: 'teal' })
      .execute();
    await tx.sql.insertInto('conversationTag').values({ instanceId, conversationId, tagId }).execute();
  });
  expect((await times('2026-01-26', '2026-01-26', { group: 'tag' })).groups).toMatchObject([
    { key: tagId, first: one(hour) },
  ]);
  expect((await times('2026-01-01', '2026-01-31', { tagId })).total.first).toEqual(one(hour));
});

test('counts seconds within opening hours, with holidays and changes of the clock', async () => {
  const week: OpeningTime[] = [1, 2, 3, 4, 5].flatMap((day) => [
    { day, from: '09:00', to: '12:00' },
    { day, from: '13:00', to: '17:00' },
  ]);
  const holidays = [{ date: '2026-04-03', name: 'Good Friday' }];
  const hours = {
    timeZone: 'Europe/Berlin',
    week: [...week, { day: 7, from: '00:00', to: '24:00' }],
    holidays,
  };
  await read((tx) => saveOpeningHours(tx, hours, admin.actor));
  const measure = async (from: string, to: string) => {
    await history([
      ['arrives', from],
      ['answered', to],
    ]);
    const day = to.slice(0, 10);
    return (await times(day, day, { withinHours: true })).total.first!.median / hour;
  };
  // Monday 8:30 to 13:30 in Berlin: 9 to 12 and 13 to 13:30.
  expect(await measure('2026-02-02T07:30:00Z', '2026-02-02T12:30:00Z')).toBe(3.5);
  // Thursday 16:00 to Monday 10:00, over a holiday, a closed Saturday and an open Sunday.
  expect(await measure('2026-04-02T14:00:00Z', '2026-04-06T08:00:00Z')).toBe(1 + 24 + 1);
  // The Sunday on which summer begins has 23 hours.
  expect(await measure('2026-03-28T12:00:00Z', '2026-03-30T07:00:00Z')).toBe(23);
  // Nobody is there on Saturday.
  expect(await measure('2026-02-07T10:00:00Z', '2026-02-07T12:00:00Z')).toBe(0);
});

test('one reading compares by what is asked for as well', async () => {
  const [from, to] = ['2026-01-01', '2026-06-30'];
  for (const withinHours of [false, true]) {
    const days = await times(from, to, { withinHours });
    for (const compare of ['mailbox', 'user', 'tag'] as const) {
      const { groups } = await read((tx) => responseTimes(tx, { from, to }, { group: compare, withinHours }));
      expect(groups.length).toBeGreaterThan(0);
      expect(await times(from, to, { compare, withinHours })).toEqual({ ...days, compared: groups });
    }
  }
});

test('times within opening hours are those of counting minute by minute', async () => {
  const hours = {
    timeZone: 'Europe/Berlin',
    week: [1, 2, 3, 4, 5].flatMap((day) => [
      { day, from: '08:10', to: '12:00' },
      { day, from: '12:45', to: '18:05' },
    ]),
    holidays: [{ date: '2026-07-15', name: 'A holiday' }],
  };
  await read((tx) => saveOpeningHours(tx, hours, admin.actor));
  const isOpen = (minute: number) => {
    // Berlin is two hours ahead of UTC in July.
    const local = new Date(minute * 60_000 + 2 * hour * 1_000).toISOString();
    const day = new Date(local).getUTCDay() || 7;
    const time = local.slice(11, 16);
    return (
      !hours.holidays.some(({ date }) => local.startsWith(date)) &&
      hours.week.some((one) => one.day === day && one.from <= time && time < one.to)
    );
  };
  const begin = Date.UTC(2026, 6, 6) / 60_000;
  const waits = Array.from({ length: 40 }, (_, n) => {
    const from = begin + n * 317;
    return { from, to: from + ((n * n * 53) % 4_000) };
  });
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  for (const { from, to } of waits)
    await history([
      ['arrives', at(from)],
      ['answered', at(to)],
    ]);
  const expected = waits
    .map(
      ({ from, to }) =>
        60 * Array.from({ length: to - from }, (_, minute) => from + minute).filter(isOpen).length,
    )
    .toSorted((a, b) => a - b);
  const { total } = await times('2026-07-06', '2026-07-31', { withinHours: true });
  const { count, median, ninetieth } = total.first!;
  expect(count).toBe(40);
  // Half and nine tenths of them took at most so long, to two percent.
  expect(Math.abs(median / expected[19]! - 1)).toBeLessThan(0.02);
  expect(Math.abs(ninetieth / expected[35]! - 1)).toBeLessThan(0.02);
});

test('refuses unknown time zones and times that overlap', async () => {
  const save = (hours: { timeZone: string; week: OpeningTime[] }) =>
    read((tx) => saveOpeningHours(tx, { holidays: [], ...hours }, admin.actor));
  await expect(save({ timeZone: 'Mars/Olympus', week: [] })).rejects.toMatchObject({
    problem: { code: 'unknown-time-zone' },
  });
  const nine = { day: 1, from: '09:00', to: '17:00' };
  for (const other of [
    { day: 1, from: '16:00', to: '18:00' },
    { day: 2, from: '17:00', to: '09:00' },
  ])
    await expect(save({ timeZone: 'UTC', week: [nine, other] })).rejects.toMatchObject({
      problem: { code: 'opening-times-overlap' },
    });
});

test('counts messages over time and by hour of the week', async () => {
  await read((tx) =>
    saveOpeningHours(tx, { timeZone: 'Asia/Kathmandu', week: [], holidays: [] }, admin.actor),
  );
  // Kathmandu is 5:45 ahead of UTC.
  await history([
    ['arrives', '2026-05-04T18:14:59Z'],
    ['arrives', '2026-05-04T18:15:00Z'],
    ['answered', '2026-05-05T04:00:00Z'],
  ]);
  const { steps, hours } = await read((tx) => volume(tx, { from: '2026-05-04', to: '2026-05-05' }, 'day'));
  expect(steps).toEqual([
    { start: '2026-05-04', arrivals: 1, sent: 0, done: 0 },
    { start: '2026-05-05', arrivals: 1, sent: 1, done: 0 },
  ]);
  expect(hours).toEqual([
    { weekday: 1, hour: 23, arrivals: 1, sent: 0, done: 0 },
    { weekday: 2, hour: 0, arrivals: 1, sent: 0, done: 0 },
    { weekday: 2, hour: 9, arrivals: 0, sent: 1, done: 0 },
  ]);
});

test('counts open conversations by the wait of their customers', async () => {
  const now = new Date('2027-01-01T12:00:00Z');
  const before = await read((tx) => backlog(tx, { mailboxId }, now));
  await history([['arrives', '2027-01-01T11:00:00Z']]);
  await history([
    ['arrives', '2026-12-31T06:00:00Z'],
    ['arrives', '2027-01-01T11:00:00Z'],
  ]);
  await history([
    ['arrives', '2027-01-01T10:00:00Z'],
    ['answered', '2027-01-01T11:00:00Z'],
  ]);
  await history([['arrives', '2027-01-01T10:00:00Z']], 'done');
  const after = await read((tx) => backlog(tx, { mailboxId }, now));
  expect(after.waiting.map((count, index) => count - before.waiting[index]!)).toEqual([1, 0, 1, 0, 0, 0]);
  expect(after.answered - before.answered).toBe(1);
});

test('a conversation that was imported is in no figure until its customer writes again', async () => {
  const before = await read((tx) => backlog(tx, {}, new Date('2026-08-05T12:00:00Z')));
  await history([
    ['imported', '2026-08-03T08:00:00Z'],
    ['done', '2026-08-03T09:00:00Z'],
    ['reopened', '2026-08-03T10:00:00Z'],
    ['done', '2026-08-03T11:00:00Z'],
    ['reopened', '2026-08-03T12:00:00Z'],
  ]);
  const filter = { from: '2026-08-03', to: '2026-08-05' };
  expect((await read((tx) => volume(tx, filter, 'day'))).steps).toEqual([]);
  expect(await read((tx) => backlog(tx, {}, new Date('2026-08-05T12:00:00Z')))).toEqual(before);
  await history([
    ['imported', '2026-08-03T08:00:00Z'],
    ['arrives', '2026-08-05T09:00:00Z'],
  ]);
  const after = await read((tx) => backlog(tx, {}, new Date('2026-08-05T12:00:00Z')));
  expect(after).toEqual({
    ...before,
    waiting: before.waiting.map((count, age) => (age === 0 ? count + 1 : count)),
  });
  await history(
    [
      ['imported', '2026-08-03T08:00:00Z'],
      ['arrives', '2026-08-05T09:00:00Z'],
      ['answered', '2026-08-05T10:00:00Z'],
      ['done', '2026-08-05T11:00:00Z'],
    ],
    'done',
  );
  expect((await times(filter.from, filter.to)).total).toEqual({
    first: one(hour),
    next: null,
    resolution: one(2 * hour),
  });
});
