import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { volume } from '../reports/volume.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { openCustomer } from './customer.ts';
import { customerConversations } from './customer-conversations.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const statuses = ['open', 'snoozed', 'done'] as const;

/** A customer with `count` conversations, a third of them of each status, one a minute. */
async function customerWith(count: number) {
  const { instanceId, mailboxId } = fixture;
  const customerId = uuid();
  await fixture.read(async (tx) => {
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Many' }).execute();
    const at = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index));
    const rows = Array.from({ length: count }, (_, index) => ({
      instanceId,
      id: uuid(),
      customerId,
      mailboxId,
      subject: `Number ${index}`,
      status: statuses[index % 3]!,
      ...(index % 3 === 1 && { snoozedUntil: new Date(Date.UTC(2099, 0, 1)) }),
      lastDirection: 'inbound' as const,
      lastMessageAt: at(index),
    }));
    for (let from = 0; from < count; from += 1_000)
      await tx.sql
        .insertInto('conversation')
        .values(rows.slice(from, from + 1_000))
        .execute();
  });
  return customerId;
}

test('the conversations of a status come in pages, newest first, each once', async () => {
  const customerId = await customerWith(3_000);
  const { customer } = (await fixture.read((tx) => openCustomer(tx, customerId)))!;
  expect(customer).toMatchObject({
    conversations: 3_000,
    byStatus: { open: 1_000, snoozed: 1_000, done: 1_000 },
  });
  const subjects: string[] = [];
  let pages = 0;
  for (let after: string | undefined; ; ) {
    const page = await fixture.read((tx) =>
      customerConversations(tx, {
        customerId,
        userId: fixture.admin.actor.id,
        status: 'done',
        after,
        limit: 100,
      }),
    );
    subjects.push(...page.conversations.map(({ subject }) => subject));
    pages += 1;
    if (!page.next) break;
    after = page.next;
  }
  expect(pages).toBe(10);
  expect(subjects).toEqual(Array.from({ length: 1_000 }, (_, index) => `Number ${2_999 - index * 3}`));
});

test('a page of conversations is read from an index in its order', async () => {
  const customerId = await customerWith(3_000);
  await fixture.needs.deployment.pool.query('analyze conversation');
  const { rows } = await fixture.needs.deployment.pool.query<{ 'QUERY PLAN': string }>(
    `explain select id from conversation where instance_id = '${fixture.instanceId}' and customer_id = '${customerId}'
     and status = 'open' order by last_message_at desc, id desc limit 11`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('conversation_of_customer');
  expect(plan).not.toContain('Sort');
});

test('the volume of a customer counts their messages only', async () => {
  await fixture.receive({ from: 'Vera <vera@far.example>', subject: 'Volume one' });
  await fixture.receive({ from: 'Vera <vera@far.example>', subject: 'Volume two' });
  await fixture.receive({ from: 'Olaf <olaf@far.example>', subject: 'Volume of another' });
  const { id, customerId } = await fixture.conversationOf('Volume one');
  await fixture.deliver(await fixture.write(id, ['vera@far.example']));
  const from = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
  const to = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const counted = await fixture.read((tx) => volume(tx, { from, to, customerId }, 'day'));
  const sum = (kind: 'arrivals' | 'sent') => counted.steps.reduce((total, step) => total + step[kind], 0);
  expect([sum('arrivals'), sum('sent')]).toEqual([2, 1]);
});
