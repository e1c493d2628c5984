import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { countViews } from './count-views.ts';

let fixture: TestDatabase;
let instanceId: string;
const user = '00000000-0000-4000-8000-000000000001';

beforeAll(async () => {
  fixture = await openTestDatabase();
  const instance = { slug: 'acme', name: 'Acme', kind: 'production' } as const;
  instanceId = (await createInstance(fixture.deployment, instance)).id;
  await createInstance(fixture.deployment, { ...instance, slug: 'other' });
  const query = (text: string) => fixture.deployment.pool.query(text);
  await query(`
    insert into users (id, name, email, email_verified, updated_at) values
      ('${user}', 'Ann', 'ann@acme.example', true, now()),
      ('00000000-0000-4000-8000-000000000002', 'Ben', 'ben@acme.example', true, now());
    insert into mailbox (instance_id, id, google_sub, address, display_name, cursor, connected_at, deleted_at)
      select id, gen_random_uuid(), slug || n, n || '@' || slug || '.example', 'Mailbox ' || n, 1, now(), case when n = 3 then now() end
      from instance, generate_series(1, 3) n;
    insert into customer (instance_id, id, name) select id, gen_random_uuid(), 'Customer' from instance;
  `);
  // Every combination of a status, an assignee, a mailbox and other mailboxes, some more often than others.
  await query(`
    insert into conversation (instance_id, id, customer_id, mailbox_id, subject, status, snoozed_until, assignee_id, snippet,
      last_direction, last_message_at, created_at, other_mailbox_ids)
    select m.instance_id, gen_random_uuid(), customer.id, m.id, 'Subject', status,
      case when status = 'snoozed' then now() + interval '1 day' end, assignee, 'Words', 'inbound', now(), now(),
      case when n % 2 = 0 then array(select other.id from mailbox other
        where other.instance_id = m.instance_id and other.id <> m.id) else '{}' end
    from mailbox m join customer on customer.instance_id = m.instance_id
    cross join unnest(array['open', 'snoozed', 'done']) status
    cross join unnest(array[null, '${user}', '00000000-0000-4000-8000-000000000002']::uuid[]) assignee
    cross join generate_series(1, 3) n
    where n < 3 or (status = 'open' and assignee is null)`);
});
afterAll(() => fixture?.close());

/** Counts with a query for each number, as they are defined. */
async function recount(max: number) {
  const count = async (condition: string) => {
    const { rows } = await fixture.deployment.pool.query<{ count: number }>(
      `select count(*)::int as count from conversation where instance_id = '${instanceId}' and ${condition}`,
    );
    return Math.min(max, rows[0]!.count);
  };
  const { rows } = await fixture.deployment.pool.query<{ id: string }>(
    `select id from mailbox where instance_id = '${instanceId}' and deleted_at is null order by display_name`,
  );
  const mailboxes = rows.map(({ id }) =>
    count(`status = 'open' and (mailbox_id = '${id}' or '${id}' = any(other_mailbox_ids))`),
  );
  return {
    mine: await count(`status = 'open' and assignee_id = '${user}'`),
    unassigned: await count(`status = 'open' and assignee_id is null`),
    open: await count(`status = 'open'`),
    snoozed: await count(`status = 'snoozed'`),
    mailboxes: await Promise.all(mailboxes),
  };
}

test.each([10_000, 22, 21, 20, 7, 3, 1])('counts are those of a recount, at most %i', async (max) => {
  const counts = await fixture.database.inInstance(instanceId, (tx) => countViews(tx, user, max));
  const { mine, unassigned, open, snoozed, mailboxes } = counts;
  const numbers = [mine, unassigned, open, snoozed].map(Number);
  expect([...numbers, ...mailboxes.map((one) => one.open)]).toEqual(Object.values(await recount(max)).flat());
});
