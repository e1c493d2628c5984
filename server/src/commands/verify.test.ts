import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocks } from '../database/session-locks.ts';
import { openParser } from '../inbound/parse/parser.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { verify } from './verify.ts';

const parser = openParser();
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  const { pool } = fixture.needs.deployment;
  await pool.query(`update mailbox set connected_at = now() - interval '1 hour'`);
  fixture.google.simulator.clock.advance(-10_000);
  for (const Subject of ['One', 'Two']) fixture.arrive({ Subject });
  await fixture.sync();
});
afterAll(async () => {
  await fixture.close();
  await parser.close();
});

async function printed(asked: Parameters<typeof verify>[1] = {}) {
  const lines: string[] = [];
  const all = await verify({ ...fixture.needs, parser }, asked, (line) => lines.push(line));
  return { all, lines };
}

test('reports counts, missing messages and whether all are stored', async () => {
  expect(await printed()).toEqual({ all: true, lines: ['support@acme.example  2 of 2  all there'] });
  await fixture.needs.deployment.pool.query(
    `with gone as (delete from message where subject = 'One' returning id)
      delete from gmail_message where message_id in (select id from gone)`,
  );
  const { all, lines } = await printed({ mailbox: 'Support@Acme.example' });
  expect(all).toBe(true);
  expect(lines.at(-2)).toMatch(/was missing: \S+ Ana Silva <ana@far.example> “One”$/);
  expect(lines.at(-1)).toBe('support@acme.example  2 of 2  1 was missing and has been fetched');
});

test('an address that cannot be checked is a failure', async () => {
  await simulatorControls(fixture.google).fault('messages.list', '503', 1);
  const { all, lines } = await printed();
  expect(all).toBe(false);
  expect(lines.at(-1)).toMatch(/Google did not answer/);
  expect(await printed({ mailbox: 'nobody@acme.example' })).toEqual({
    all: false,
    lines: ['No connected address fits.'],
  });
});

test('a check begun by another process is awaited and reported', async () => {
  const letGo = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const elsewhere = openLocks(fixture.needs.deployment.connection);
  await fixture.read((tx) => tx.sql.updateTable('mailboxCheck').set({ state: 'listing' }).execute());
  const other = elsewhere.tryLock(`check ${fixture.mailboxId}`, () => {
    taken.resolve();
    return letGo.promise;
  });
  // Only now is it certain which process runs the check.
  await taken.promise;
  const telling = printed();
  await fixture.read((tx) =>
    tx.sql
      .updateTable('mailboxCheck')
      .set({ state: 'done', expected: 7, stored: 7, fetched: 0, missing: '[]', problem: null })
      .execute(),
  );
  expect(await telling).toMatchObject({ all: true });
  expect((await telling).lines.at(-1)).toBe('support@acme.example  7 of 7  all there');
  letGo.resolve();
  expect(await other).toMatchObject({ kind: 'done' });
  await elsewhere.close();
});

test('an exception for one address is reported as a failure', async () => {
  const lines: string[] = [];
  const gmail = () => ({ request: () => Promise.reject(new Error('out of order')) });
  expect(await verify({ ...fixture.needs, gmail, parser }, {}, (line) => lines.push(line))).toBe(false);
  expect(lines.at(-1)).toMatch(/could not be checked: out of order$/);
});
