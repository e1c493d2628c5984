import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInDatabase } from '../testing/find-in-database.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { changeCustomer, customerTimeline, openCustomer } from './customer.ts';
import { addCustomerNote } from './customer-notes.ts';
import { deleteCustomer } from './delete-customer.ts';
import { exportCustomer } from './export-customer.ts';
import { findOrCreateCustomers } from './find-or-create-customers.ts';
import { listCustomers } from './list-customers.ts';
import { mergeCustomer, unmergeCustomer } from './merge-customers.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const now = new Date();
/** Receives a message; returns the id of its customer. */
async function writer(name: string, address: string, subject: string, body = 'Hello') {
  await fixture.receive({ from: `${name} <${address}>`, subject, body });
  return (await fixture.conversationOf(subject)).customerId;
}
/** How many transactions of this database wait for a lock. */
async function waitingTransactions() {
  const { rows } = await fixture.needs.deployment.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]!.count;
}
const open = async (id: string) => (await fixture.read((tx) => openCustomer(tx, id)))!;

test('merges two customers with all they have, and undoes it', async () => {
  const { actor } = fixture.admin;
  const one = await writer('Bea One', 'bea@one.example', 'From one');
  const two = await writer('Bea Two', 'bea@two.example', 'From two');
  const note = (customerId: string, body: string) =>
    fixture.read((tx) => addCustomerNote(tx, { customerId, body, authorId: actor.id, now }));
  await note(two, 'Of two');
  const before = await open(two);
  await fixture.read((tx) => mergeCustomer(tx, { fromId: two, intoId: one }, actor, now));
  expect(await fixture.read((tx) => openCustomer(tx, two))).toBeNull();
  const merged = await open(one);
  expect(merged.customer).toMatchObject({
    addresses: ['bea@one.example', 'bea@two.example'],
    conversations: 2,
  });
  expect(merged.notes).toMatchObject([{ body: 'Of two' }]);
  const { messages } = await fixture.read((tx) => customerTimeline(tx, one, { limit: 30 }));
  expect(messages.map(({ subject }) => subject).sort()).toEqual(['From one', 'From two']);
  // A message received after the merge belongs to the merged customer, also after it is undone.
  expect(await writer('Bea Two', 'bea@two.example', 'After the merge')).toBe(one);
  await note(one, 'Of both');

  const [merge] = merged.merges;
  await fixture.read((tx) => unmergeCustomer(tx, { customerId: one, mergeId: merge!.id }, actor));
  expect(await open(two)).toEqual(before);
  expect(await open(one)).toMatchObject({
    customer: { addresses: ['bea@one.example'], conversations: 2 },
    notes: [{ body: 'Of both' }],
    merges: [],
  });
  await expect(
    fixture.read((tx) => unmergeCustomer(tx, { customerId: one, mergeId: merge!.id }, actor)),
  ).rejects.toMatchObject({ problem: { code: 'no-such-customer-merge' } });
  await expect(
    fixture.read((tx) => mergeCustomer(tx, { fromId: one, intoId: one }, actor, now)),
  ).rejects.toMatchObject({
    problem: { code: 'same-customer' },
  });
});

test('a message from a customer who is created at the same time belongs to them', async () => {
  const id = uuid();
  const { receiving } = await fixture.read(async (tx) => {
    await findOrCreateCustomers(tx, [{ id, address: 'finn@far.example', name: 'Finn' }]);
    const receiving = writer('Finn', 'finn@far.example', 'From Finn');
    receiving.catch(() => {});
    // Storing the message waits for this transaction.
    await expect.poll(waitingTransactions).toBeGreaterThan(0);
    return { receiving };
  });
  expect(await receiving).toBe(id);
});

test('changes names and addresses, but keeps the last address', async () => {
  const { actor } = fixture.admin;
  const id = await writer('Carl', 'carl@one.example', 'From Carl');
  const change = (values: object) => fixture.read((tx) => changeCustomer(tx, id, values, actor));
  await change({ name: 'Carl Gustav', addAddress: 'Carl@TWO.example' });
  expect((await open(id)).customer).toMatchObject({
    name: 'Carl Gustav',
    addresses: ['carl@one.example', 'carl@two.example'],
  });
  await writer('Dora', 'dora@one.example', 'From Dora');
  await expect(change({ addAddress: 'dora@one.example' })).rejects.toMatchObject({
    problem: { code: 'address-taken' },
  });
  await expect(change({ addAddress: 'nobody' })).rejects.toMatchObject({
    problem: { code: 'invalid-address' },
  });
  await change({ removeAddress: 'carl@one.example' });
  await expect(change({ removeAddress: 'carl@two.example' })).rejects.toMatchObject({
    problem: { code: 'last-address' },
  });
});

test('lists customers by name and page, found by name or address prefix', async () => {
  const { instanceId } = fixture;
  await fixture.read((tx) =>
    tx.sql
      .insertInto('customer')
      .values(
        Array.from({ length: 25 }, (_, at) => ({
          instanceId,
          id: crypto.randomUUID(),
          name: at < 9 ? 'Zoe Zander' : `Zoe ${at}`,
        })),
      )
      .execute(),
  );
  const names: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await fixture.read((tx) => listCustomers(tx, { search: 'zoe', after, limit: 4 }));
    names.push(...page.customers.map(({ id }) => id));
    if (!page.next) break;
    after = page.next;
  }
  expect(new Set(names).size).toBe(25);
  const found = async (search: string) =>
    (await fixture.read((tx) => listCustomers(tx, { search, limit: 50 }))).customers.map(({ name }) => name);
  expect(await found('zander')).toHaveLength(9);
  expect(await found('dora@')).toEqual(['Dora']);
  expect(await found('nobody at all')).toEqual([]);
  expect((await found('')).length).toBeGreaterThan(25);
});

test('a deleted customer is in no table, also after a full sync', async () => {
  const { actor } = fixture.admin;
  const secret = 'unmistakable-walrus';
  const id = await writer(`Walt ${secret}`, `${secret}@far.example`, 'About me', `I am ${secret}.`);
  const { id: conversationId } = await fixture.conversationOf('About me');
  await fixture.read((tx) =>
    addCustomerNote(tx, { customerId: id, body: `Note on ${secret}`, authorId: actor.id, now }),
  );
  const sent = await fixture.write(conversationId, [`${secret}@far.example`]);
  await expect(fixture.read((tx) => deleteCustomer(tx, id, actor))).rejects.toMatchObject({
    problem: { code: 'customer-message-not-sent-yet' },
  });
  await fixture.deliver(sent);
  const files = await Array.fromAsync(exportCustomer(fixture.needs.database, fixture.instanceId, id));
  const contents = Object.fromEntries(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
  expect(Object.keys(contents)).toEqual([
    'customer.json',
    expect.stringMatching(/0001 About me\/.*\.eml$/),
    'conversations/0001 About me/conversation.json',
  ]);
  expect(contents['customer.json']).toContain(`Note on ${secret}`);
  expect(JSON.parse(contents['conversations/0001 About me/conversation.json']!).messages).toMatchObject([
    { direction: 'inbound', text: expect.stringContaining(secret) },
    { direction: 'outbound' },
  ]);

  expect((await findInDatabase(fixture.needs.deployment, secret)).length).toBeGreaterThan(5);
  await fixture.read((tx) => deleteCustomer(tx, id, actor));
  expect(await findInDatabase(fixture.needs.deployment, secret)).toEqual([]);
  await fixture.needs.deployment.pool.query('update mailbox set cursor = 1');
  await fixture.sync();
  expect(await findInDatabase(fixture.needs.deployment, secret)).toEqual([]);
  expect(await Array.fromAsync(exportCustomer(fixture.needs.database, fixture.instanceId, id))).toEqual([]);
  const audited = await fixture.read((tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('action', '=', 'customer.deleted')
      .select(['actorId', 'after'])
      .execute(),
  );
  expect(audited).toEqual([{ actorId: actor.id, after: { customerId: id, conversations: 1 } }]);
});
