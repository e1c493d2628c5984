import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnectionFixture } from '../testing/connection-fixture.ts';
import { fillEveryTable } from '../testing/fill-every-table.ts';
import { findInDatabase } from '../testing/find-in-database.ts';
import { deleteCustomer } from './delete-customer.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture?.close());

/** Tables whose rows are about the organization, its people or its mailboxes, and not about one customer. */
const notAboutCustomers = [
  'account_mail',
  'api_key',
  'audit_entry',
  'bulk_message',
  'connection',
  // Hashes of their addresses and Message-IDs: no import brings them back.
  'deleted_mail_key',
  'event',
  // Which requests there were; the answers to them are deleted.
  'idempotency_key',
  // Domains of the people who answer.
  'instance_setting',
  'invitation',
  'mailbox',
  'mailbox_alias',
  'mailbox_check',
  'mailbox_event',
  'mailbox_grant',
  // A search in Gmail that an admin typed, and the Gmail ids of messages.
  'mailbox_import',
  'mailbox_import_message',
  'notification',
  'notification_preference',
  'push_delivery',
  'push_subscription',
  'opening_hours',
  'own_address',
  'saved_filter',
  'saved_reply',
  'tag',
  'template',
  'template_picture',
  'template_version',
  // Names and addresses are removed from it; which Gmail message it is stays.
  'unfetched_message',
  // The ids of their messages stay, so that no sync stores them again.
  'gmail_message',
  // That they unsubscribed stays: nobody writes to them by mistake.
  'unsubscribed',
  'user_setting',
  'webhook',
  // Ids only; what receivers answered is deleted.
  'webhook_delivery',
];

test('a deleted customer is in no table whose rows are about customers', async () => {
  const { deployment, database } = fixture.needs;
  const { instanceId, browser, actor } = await fixture.admin();
  const marker = `mark${uuid().slice(-12)}`;
  await fillEveryTable(deployment, { instanceId, userId: browser.userId, marker });
  const { rows } = await deployment.pool.query(
    `update customer_address set address = $2 where instance_id = $1 returning customer_id as "customerId"`,
    [instanceId, `${marker}@far.example`],
  );
  const [{ customerId }] = rows;
  const typed = JSON.stringify({ to: [`Ana ${marker} <${marker}@far.example>`], cc: [], bcc: [] });
  await deployment.pool.query(`
    update delivery set state = 'sent';
    update mailbox_check set missing = '[]';
    update bulk_recipient set address = '${marker}@far.example';
    update unfetched_message set sender = 'Ana <${marker}@far.example>';
    insert into draft (instance_id, id, user_id, kind, recipients, html)
      values ('${instanceId}', '${uuid()}', '${browser.userId}', 'new', '${typed}', '<p>Hello ${marker}</p>')`);
  const placesBefore = await findInDatabase(deployment, marker);
  expect(new Set(placesBefore.map(tableOf)).size).toBeGreaterThan(35);

  await database.inInstance(instanceId, (tx) => deleteCustomer(tx, customerId, actor));

  const places = await findInDatabase(deployment, marker);
  expect(places).not.toContain('idempotency_key.body');
  const tables = new Set(places.map(tableOf));
  expect([...tables].filter((table) => !notAboutCustomers.includes(table))).toEqual([]);
  expect(await findInDatabase(deployment, `${marker}@far.example`)).toEqual([]);
  // That there was such a customer is known by the id only.
  expect((await findInDatabase(deployment, customerId)).map(tableOf)).toEqual(['audit_entry', 'event']);
});

const tableOf = (place: string) => place.split('.')[0]!;
