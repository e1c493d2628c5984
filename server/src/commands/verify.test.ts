import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocks } from '../database/session-locks.ts';
import { openParser } from '../inbound/parser.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { verify } from './verify.ts';

const parser = openParser();
let bench: Awaited<ReturnType<typeof createMailFlowFixture>>;

beforeAll(async () => {
  bench = await createMailFlowFixture();
  const { pool } = bench.needs.deployment;
  await pool.query(`update mailbox set connected_at = now() - interval '1 hour'`);
  bench.google.simulator.clock.advance(-10_000);
  for (const Subject of ['One', 'Two']) bench.arrive({ Subject });
  await bench.sync();
});
afterAll(async () => {
  await bench.close();
  await parser.close();
});

async function told(asked: Parameters<typeof verify>[1] = {}) {
  const lines: string[] = [];
  const all = await verify({ ...bench.needs, parser }, asked, (line) => lines.push(line));
  return { all, lines };
}

test('says how many of how many, names what was missing, and whether all is here', async () => {
  expect(await told()).toEqual({ all: true, lines: ['support@acme.example  2 of 2  all there'] });
  await bench.needs.deployment.pool.query(
    `with gone as (delete from message where subject = 'One' returning id)
      delete from gmail_message where message_id in (select id from gone)`,
  );
  const { all, lines } = await told({ mailbox: 'Support@Acme.example' });
  expect(all).toBe(true);
  expect(lines.at(-2)).toMatch(/was missing: \S+ Ana Silva <ana@far.example> “One”$/);
  expect(lines.at(-1)).toBe('support@acme.example  2 of 2  1 was missing and has been fetched');
});

test('what cannot be checked is no success', async () => {
  await simulatorControls(bench.google).fault('messages.list', '503', 1);
  const { all, lines } = await told();
  expect(all).toBe(false);
  expect(lines.at(-1)).toMatch(/Google did not answer/);
  expect(await told({ mailbox: 'nobody@acme.example' })).toEqual({
    all: false,
    lines: ['No connected address fits.'],
  });
});

test('a check that another process has begun is waited for, and its outcome told', async () => {
  const letGo = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const elsewhere = openLocks(bench.needs.deployment.connection);
  await bench.read((tx) => tx.sql.updateTable('mailboxCheck').set({ state: 'listing' }).execute());
  const other = elsewhere.tryLock(`check ${bench.mailboxId}`, () => {
    taken.resolve();
    return letGo.promise;
  });
  // Only then is it sure which of the two has begun it.
  await taken.promise;
  const telling = told();
  await bench.read((tx) =>
    tx.sql
      .updateTable('mailboxCheck')
      .set({ state: 'done', expected: 7, stored: 7, fetched: 0, missing: '[]', failure: null })
      .execute(),
  );
  expect(await telling).toMatchObject({ all: true });
  expect((await telling).lines.at(-1)).toBe('support@acme.example  7 of 7  all there');
  letGo.resolve();
  expect(await other).toMatchObject({ kind: 'done' });
  await elsewhere.close();
});

test('what throws for one address is told, and is no success', async () => {
  const lines: string[] = [];
  const gmail = () => ({ request: () => Promise.reject(new Error('out of order')) });
  expect(await verify({ ...bench.needs, gmail, parser }, {}, (line) => lines.push(line))).toBe(false);
  expect(lines.at(-1)).toMatch(/could not be checked: out of order$/);
});
