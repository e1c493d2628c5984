import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteCustomer } from '../../customers/delete-customer.ts';
import { findInDatabase } from '../../testing/find-in-database.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';

const [support, sales] = ['support@acme.example', 'sales@acme.example'];
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let salesId: string;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  salesId = await fixture.connect(fixture.admin, sales);
});
afterEach(() => fixture.close());

const toBoth = (subject: string) =>
  fixture.arrive({ Subject: subject, 'Message-ID': `<${subject}@far.example>` }, 'Hello', [support, sales]);
const toSales = (subject: string) =>
  fixture.arrive({ Subject: subject, 'Message-ID': `<${subject}@far.example>` }, 'Hello', [sales]);
const subjects = () =>
  fixture.read(async (tx) => {
    const rows = await tx.sql.selectFrom('message').select('subject').orderBy('subject').execute();
    return rows.map(({ subject }) => subject);
  });
async function deleteAna() {
  await fixture.read(async (tx) => {
    const { id } = only(await tx.sql.selectFrom('customer').select('id').execute());
    await deleteCustomer(tx, id, fixture.admin.actor);
  });
}

test('a copy that is read after the deletion of the customer stays out', async () => {
  toBoth('question');
  await fixture.sync();
  expect(await subjects()).toEqual(['question']);
  await deleteAna();
  await fixture.sync(salesId);
  await fixture.sync(salesId);
  expect(await subjects()).toEqual([]);
  expect(await findInDatabase(fixture.needs.deployment, 'ana@far.example')).toEqual([]);
});

test('what nobody has seen arrives, and what comes with a copy in the same look', async () => {
  toBoth('question');
  toSales('unseen');
  await fixture.sync();
  await deleteAna();
  toSales('later');
  await fixture.sync(salesId);
  expect(await subjects()).toEqual(['later', 'unseen']);
});
