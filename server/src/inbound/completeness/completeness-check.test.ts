import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import {
  addMessage,
  deletePermanently,
  markSpam,
  messagesWith,
} from '../../../../google-simulator/src/mail/messages.ts';
import { messageTimeoutMs } from '../../google/gmail.ts';
import type { getRawMessage } from '../../google/messages.ts';
import { createQuota } from '../../google/quota.ts';
import { openGmailAccess } from '../../mailboxes/gmail-access.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { openParser } from '../parse/parser.ts';
import { checkMailbox } from './completeness-check.ts';
import { takeDueChecks } from './completeness-check-state.ts';

const address = 'support@acme.example';
const parser = openParser();
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
/** How long the checks would have paused, in milliseconds; here they do not wait. */
let pauses: number[];

beforeEach(async () => {
  pauses = [];
  fixture = await createMailFlowFixture();
  // Connected an hour ago, so that messages can be older than the check and newer than the connection.
  await fixture.needs.deployment.pool.query(`update mailbox set connected_at = now() - interval '1 hour'`);
});
afterEach(() => fixture.close());
afterAll(() => parser.close());

const never = new AbortController().signal;
type Access = typeof fixture.needs.gmail;
const check = (gmail: Access = fixture.needs.gmail, signal = never) =>
  checkMailbox({ ...fixture.needs, gmail, parser, notFoundWaits: [1, 2, 3], pause }, fixture, signal);
const pause = async (milliseconds: number) => {
  pauses.push(milliseconds);
};
/** Called for each fetch of a raw message; null continues it. */
const withEachFetch =
  (happens: () => Awaited<ReturnType<typeof getRawMessage>> | null): Access =>
  (at, options) => {
    const gmail = fixture.needs.gmail(at, options);
    return {
      request: async (what, work) =>
        ((what.timeout === messageTimeoutMs && happens()) as never) || gmail.request(what, work),
    };
  };
const outcome = () =>
  fixture.read((tx) => tx.sql.selectFrom('mailboxCheck').selectAll().executeTakeFirstOrThrow());
const subjects = async () =>
  (
    await fixture.read((tx) => tx.sql.selectFrom('message').select('subject').orderBy('subject').execute())
  ).map(({ subject }) => subject);
/** Adds a message that is old enough to count for a check. */
const backdate = () => fixture.google.simulator.clock.advance(-10_000);

async function arriveAndRead(...names: string[]): Promise<void> {
  backdate();
  for (const Subject of names) fixture.arrive({ Subject });
  await fixture.sync();
}

/** Deletes a stored message, as if it had never been stored. */
async function lose(subject: string): Promise<void> {
  await fixture.needs.deployment.pool.query(
    'with gone as (delete from message where subject = $1 returning id) delete from gmail_message where message_id in (select id from gone)',
    [subject],
  );
}

/** As if they had been stored and deleted: they are not fetched, and cost no quota. */
const noteAsStored = (ids: string[]) =>
  fixture.needs.deployment.pool.query(
    `insert into gmail_message (instance_id, mailbox_id, gmail_id, gmail_thread_id, internal_date)
      select $1, $2, id, id, now() from unnest($3::text[]) as id`,
    [fixture.instanceId, fixture.mailboxId, ids],
  );

test('a complete mailbox: all expected messages are stored', async () => {
  await arriveAndRead('One', 'Two', 'Three');
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 3, stored: 3, fetched: 0, missing: [] });
  const { nextCheckAt } = await outcome();
  expect(nextCheckAt.getTime() - Date.now()).toBeGreaterThan(17 * 3_600_000);
  expect(await takeDueChecks(fixture.needs.deployment, new Date())).toEqual([]);
  expect(await takeDueChecks(fixture.needs.deployment, new Date(Date.now() + 86_400_000))).toHaveLength(1);
});

test('missing messages are listed and fetched', async () => {
  await arriveAndRead('One', 'Two', 'Three');
  await lose('Two');
  await check();
  const done = await outcome();
  expect(done).toMatchObject({ state: 'done', expected: 3, stored: 2, fetched: 1 });
  expect(done.missing).toMatchObject([{ subject: 'Two', from: 'Ana Silva <ana@far.example>' }]);
  expect(await subjects()).toEqual(['One', 'Three', 'Two']);
  await check();
  expect(await outcome()).toMatchObject({ expected: 3, stored: 3, fetched: 0, missing: [] });
});

test('messages deleted here count as stored and are not fetched', async () => {
  await arriveAndRead('Kept', 'Deleted');
  await fixture.needs.deployment.pool.query(`delete from message where subject = 'Deleted'`);
  await check();
  expect(await outcome()).toMatchObject({ expected: 2, stored: 2, missing: [] });
  expect(await subjects()).toEqual(['Kept']);
});

test('drafts, Spam, Trash, older and just arrived mail do not count', async () => {
  const { simulator } = fixture.google;
  await arriveAndRead('Here');
  const raw = (subject: string) => Buffer.from(`Subject: ${subject}\r\nFrom: ana@far.example\r\n\r\nx`);
  addMessage(simulator, address, { raw: raw('Draft'), labels: ['DRAFT'] });
  addMessage(simulator, address, { raw: raw('Trash'), labels: ['TRASH'] });
  fixture.arrive({ Subject: 'Spam' });
  markSpam(simulator, address, messagesWith(simulator, address, { limit: 1 })[0]!.id);
  simulator.clock.advance(-86_400_000);
  fixture.arrive({ Subject: 'Yesterday' });
  await fixture.sync();
  await lose('Yesterday');
  simulator.clock.advance(86_400_000 + 60_000);
  fixture.arrive({ Subject: 'Just now' });
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 2, stored: 2, missing: [] });
  expect(await subjects()).toEqual(['Here', 'Just now']);
});

test('more than a page, and a failure of Google between pages', async () => {
  const { simulator } = fixture.google;
  backdate();
  simulator.store.transaction(() => {
    for (let n = 0; n < 620; n += 1) {
      const raw = Buffer.from(
        `Subject: ${n}\r\nFrom: a${n}@far.example\r\nMessage-ID: <${n}@far.example>\r\n\r\nx`,
      );
      addMessage(simulator, address, { raw, labels: ['INBOX'] });
    }
  });
  // All but one are stored here.
  const [newest, ...known] = messagesWith(simulator, address, { limit: 700 });
  await noteAsStored(known.map(({ id }) => id));
  await fixture.sync();
  await lose('619');
  const control = simulatorControls(fixture.google);
  await control.fault('messages.list', '503', 1);
  await check();
  const failed = await outcome();
  expect(failed).toMatchObject({ state: 'failed', missing: [] });
  expect(failed.problem).toEqual({ code: 'check-google-unreachable', params: {} });
  expect(failed.nextCheckAt.getTime()).toBeLessThanOrEqual(Date.now() + 16 * 60_000);
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 620, stored: 619, fetched: 1 });
  expect((await outcome()).missing).toMatchObject([{ gmailId: newest!.id, subject: '619' }]);
});

test('two checks at once are one; mail arriving meanwhile is stored once', async () => {
  await arriveAndRead('One', 'Two');
  await lose('One');
  backdate();
  fixture.arrive({ Subject: 'Meanwhile' });
  await Promise.all([check(), check(), fixture.sync()]);
  expect(await outcome()).toMatchObject({ state: 'done', fetched: 1 });
  expect((await outcome()).missing).toMatchObject([{ subject: 'One' }]);
  expect(await subjects()).toEqual(['Meanwhile', 'One', 'Two']);
});

test('messages that the sync has not reached yet are not missing', async () => {
  fixture.google.simulator.clock.advance(-60_000);
  for (const Subject of ['One', 'Two']) fixture.arrive({ Subject });
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 2, stored: 2, missing: [] });
  expect(await subjects()).toEqual(['One', 'Two']);
  expect(pauses).toEqual([3_000]);
});

test('a stopped check is due again at once', async () => {
  await arriveAndRead('One', 'Two');
  await lose('Two');
  const stop = new AbortController();
  const stopping = withEachFetch(() => {
    stop.abort(new Error('Postroom is stopping'));
    return null;
  });
  await check(stopping, stop.signal);
  expect(await outcome()).toMatchObject({ state: 'fetching', finishedAt: null });
  expect(await takeDueChecks(fixture.needs.deployment, new Date())).toHaveLength(1);
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 2, stored: 1, fetched: 1 });
  expect((await outcome()).missing).toMatchObject([{ subject: 'Two' }]);
});

test('a check whose process died is due again soon', async () => {
  await arriveAndRead('One');
  await check();
  const beginsAndDies = checkMailbox(
    { ...fixture.needs, gmail: () => ({ request: () => Promise.reject(new Error('killed')) }), parser },
    fixture,
    never,
  );
  await expect(beginsAndDies).rejects.toThrow('killed');
  expect(await outcome()).toMatchObject({ state: 'listing' });
  expect(await takeDueChecks(fixture.needs.deployment, new Date(Date.now() + 6 * 60_000))).toHaveLength(1);
});

test('missing messages stay listed when fetching them is interrupted', async () => {
  await arriveAndRead('One', 'Two', 'Three');
  await lose('Two');
  await lose('Three');
  let fetches = 0;
  await check(
    withEachFetch(() => {
      fetches += 1;
      return fetches === 2 ? { kind: 'rate-limited', after: 1 } : null;
    }),
  );
  const failed = await outcome();
  expect(failed.state).toBe('failed');
  expect(failed.problem).toEqual({ code: 'check-rate-limited', params: {} });
  expect(failed.missing).toHaveLength(2);
  await simulatorControls(fixture.google).fault('messages.list', '503', 1);
  await check();
  expect((await outcome()).missing).toHaveLength(2);
  await check();
  const done = await outcome();
  expect(done).toMatchObject({ state: 'done', expected: 3, stored: 1, fetched: 2, problem: null });
  expect(done.missing.map(({ subject }) => subject).sort()).toEqual(['Three', 'Two']);
  await check();
  expect(await outcome()).toMatchObject({ expected: 3, stored: 3, fetched: 0, missing: [] });
});

test('messages deleted in Gmail before they are fetched do not count', async () => {
  await arriveAndRead('One', 'Two');
  await lose('Two');
  const { simulator } = fixture.google;
  const { id } = messagesWith(simulator, address, { limit: 1 })[0]!;
  await check(
    withEachFetch(() => {
      deletePermanently(simulator, address, id);
      return null;
    }),
  );
  expect(await outcome()).toMatchObject({ state: 'done', expected: 1, stored: 1, fetched: 0, missing: [] });
});

test('more than are listed are fetched; subjects are decoded', async () => {
  const { simulator } = fixture.google;
  backdate();
  simulator.store.transaction(() => {
    for (let n = 0; n < 130; n += 1) {
      const raw = Buffer.from(
        `Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= ${n}\r\nFrom: a${n}@far.example\r\n\r\nx`,
      );
      addMessage(simulator, address, { raw, labels: ['INBOX'] });
    }
  });
  await noteAsStored(messagesWith(simulator, address, { limit: 200 }).map(({ id }) => id));
  await fixture.sync();
  await fixture.needs.deployment.pool.query('delete from gmail_message');
  const { database, locks, google, sealer } = fixture.needs;
  const quota = createQuota({ unitsPerMinute: 1_000_000 });
  await check(openGmailAccess({ database, locks, google, sealer, quota }));
  const done = await outcome();
  expect(done).toMatchObject({ state: 'done', expected: 130, stored: 0, fetched: 130 });
  expect(done.missing).toHaveLength(100);
  expect(done.missing[0]!.subject).toBe('Grüße 129');
  expect(await subjects()).toHaveLength(130);
});

test('a mailbox that cannot be synced has no missing messages', async () => {
  await arriveAndRead('One', 'Two');
  await lose('Two');
  await simulatorControls(fixture.google).fault('history.list', '503', 1);
  await check();
  expect(await outcome()).toMatchObject({ state: 'failed', missing: [] });
});

test('a message that Gmail does not return is listed as unreadable; the check ends', async () => {
  const control = simulatorControls(fixture.google);
  await arriveAndRead('Kept', 'Lost and broken', 'Lost');
  await lose('Lost and broken');
  await lose('Lost');
  await control.messageFault('Lost and broken', '500');
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 3, stored: 1, fetched: 1 });
  const { missing } = await outcome();
  expect(missing.find(({ unreadable }) => unreadable)).toMatchObject({ subject: '', date: null });
  expect(await subjects()).toEqual(['Kept', 'Lost']);
  // Before the sync, and after the first two failures.
  expect(pauses).toEqual([3_000, 1_000, 1_000]);
  // The next check knows it.
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 3, stored: 2, fetched: 0 });
  await control.clearMessageFaults();
  await fixture.read((tx) => tx.sql.deleteFrom('unfetchedMessage').execute());
  await check();
  expect(await outcome()).toMatchObject({ state: 'done', expected: 3, stored: 2, fetched: 1 });
});
