import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openParser } from '../inbound/parse/parser.ts';
import { syncMailbox } from '../inbound/sync/sync-mailbox.ts';
import { sendDraft } from '../outbound/compose/send-draft.ts';
import { createConnectionFixture } from '../testing/connection-fixture.ts';
import { fillEveryTable, instanceTables } from '../testing/fill-every-table.ts';
import { findInDatabase } from '../testing/find-in-database.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { beginInstanceDeletion, sweepDeletedInstances } from './delete-instances.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture?.close());

/** An instance in which every table has a row and every foreign key a value. */
async function filledInstance() {
  const { instanceId, instanceName, browser } = await fixture.admin();
  const marker = `mark${uuid().slice(-12)}`;
  await fillEveryTable(fixture.needs.deployment, { instanceId, userId: browser.userId, marker });
  return { instanceId, instanceName, marker };
}

const begin = ({ instanceId, instanceName }: { instanceId: string; instanceName: string }) =>
  fixture.inInstance(instanceId, (tx) => beginInstanceDeletion(tx, instanceName, new Date()));

const sweep = (needs = fixture.needs) => sweepDeletedInstances({ ...needs, connecting: needs }, new Date());

/** The number of rows of an instance in each table. */
async function rowCounts(instanceId: string): Promise<Record<string, number>> {
  const { pool } = fixture.needs.deployment;
  const counts: Record<string, number> = {};
  for (const table of await instanceTables(pool)) {
    const { rows } = await pool.query(`select count(*)::int from "${table}" where instance_id = $1`, [
      instanceId,
    ]);
    counts[table] = rows[0].count;
  }
  return counts;
}

/** A hash of all rows of an instance. */
async function stateOf(instanceId: string): Promise<string> {
  const { pool } = fixture.needs.deployment;
  const hash = createHash('sha256');
  for (const table of await instanceTables(pool)) {
    const { rows } = await pool.query(
      `select to_jsonb(x)::text as row from "${table}" x where instance_id = $1 order by 1`,
      [instanceId],
    );
    hash.update(`${table} ${rows.map(({ row }) => row).join('\n')}`);
  }
  return hash.digest('hex');
}

test('nothing of a deleted instance is left, whatever tables there are', async () => {
  const kept = await filledInstance();
  const before = await stateOf(kept.instanceId);
  const gone = await filledInstance();
  const counts = await rowCounts(gone.instanceId);
  expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
  expect(Object.keys(counts).length).toBeGreaterThan(40);

  await begin(gone);
  expect(await sweep()).toEqual({ removed: [gone.instanceId], waiting: [], failed: [] });

  expect(await findInDatabase(fixture.needs.deployment, gone.marker)).toEqual([]);
  expect(await findInDatabase(fixture.needs.deployment, gone.instanceId)).toEqual([]);
  expect(await stateOf(kept.instanceId)).toBe(before);
  expect(await findInDatabase(fixture.needs.deployment, kept.marker)).not.toEqual([]);
});

test('an instance that cannot be removed delays no other, and is tried again', async () => {
  const { pool } = fixture.needs.deployment;
  const stuck = await filledInstance();
  const other = await filledInstance();
  await begin(stuck);
  await begin(other);
  await pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
    create trigger refuse before delete on customer for each row
      when (old.instance_id = '${stuck.instanceId}') execute function refuse()`);
  const failed = [{ instanceId: stuck.instanceId, error: expect.objectContaining({ message: 'refused' }) }];
  expect(await sweep()).toEqual({ removed: [other.instanceId], waiting: [], failed });
  expect(await sweep()).toEqual({ removed: [], waiting: [], failed });
  await pool.query('drop trigger refuse on customer');
  expect(await sweep()).toEqual({ removed: [stuck.instanceId], waiting: [], failed: [] });
});

describe('with a mailbox that is connected', () => {
  let flow: Awaited<ReturnType<typeof createMailFlowFixture>>;
  beforeAll(async () => {
    flow = await createMailFlowFixture();
  });
  afterAll(() => flow?.close());

  test('nothing is received or sent from the deletion on, and the access is revoked', async () => {
    const { instanceId, mailboxId, admin } = flow;
    const { userId } = admin.browser;
    flow.arrive({ Subject: 'Before' });
    await flow.sync();
    const { id: conversationId } = await flow.read((tx) =>
      tx.sql.selectFrom('conversation').select('id').executeTakeFirstOrThrow(),
    );
    const draft = { instanceId, id: uuid(), userId, conversationId, kind: 'reply', mailboxId } as const;
    const recipients = JSON.stringify({ to: ['ana@far.example'], cc: [], bcc: [] });
    await flow.read((tx) =>
      tx.sql
        .insertInto('draft')
        .values({ ...draft, recipients, subject: '', html: '<p>Hello</p>' })
        .execute(),
    );
    const author = { id: userId, name: 'Alex', email: 'alex@postroom.example' };
    const { messageId } = await flow.read((tx) =>
      sendDraft(
        tx,
        {
          draftId: draft.id,
          version: 1,
          author,
          sendTime: { undoSeconds: 0 },
          markDone: false,
          now: new Date(),
        },
        flow.enqueue,
      ),
    );
    flow.arrive({ Subject: 'After' });
    const sentBefore = flow.ledger().length;

    await flow.read((tx) => beginInstanceDeletion(tx, admin.instanceName, new Date()));
    await flow.sync();
    await flow.deliver(messageId);
    const messages = await flow.read((tx) => tx.sql.selectFrom('message').select('subject').execute());
    expect(messages.map(({ subject }) => subject)).toEqual(['Before', 'Re: Before']);
    expect(flow.ledger()).toHaveLength(sentBefore);

    await fillEveryTable(flow.needs.deployment, { instanceId, userId, marker: 'mark' });
    expect(flow.google.tokens()).not.toEqual([]);
    expect(await sweep(flow.needs)).toEqual({ removed: [instanceId], waiting: [], failed: [] });
    expect(flow.google.tokens()).toEqual([]);
    expect(await findInDatabase(flow.needs.deployment, instanceId)).toEqual([]);
  });

  test('a sync that had begun before the deletion stores nothing after it', async () => {
    const deletedFlow = await createMailFlowFixture();
    const { needs, instanceId, mailboxId, admin } = deletedFlow;
    const parser = openParser();
    try {
      deletedFlow.arrive({ Subject: 'Meanwhile' });
      const parse: typeof parser.parse = async (...raw) => {
        await deletedFlow.read((tx) => beginInstanceDeletion(tx, admin.instanceName, new Date()));
        return parser.parse(...raw);
      };
      const deps = { ...needs, parser: { ...parser, parse } };
      await syncMailbox(deps, { instanceId, mailboxId }, new AbortController().signal);
      const messages = await deletedFlow.read((tx) => tx.sql.selectFrom('message').select('id').execute());
      expect(messages).toEqual([]);
    } finally {
      await parser.close();
      await deletedFlow.close();
    }
  });
});
