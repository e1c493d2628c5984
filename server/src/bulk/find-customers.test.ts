import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeCustomer } from '../customers/merge-customers.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { findCustomers } from './find-customers.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const find = (search: string) => fixture.read((tx) => findCustomers(tx, search));
const addressesOf = async (search: string) => (await find(search)).listed.map(({ address }) => address);
const nobody = { automatic: 0, lists: 0, bounced: 0, complained: 0, unsubscribed: 0 };
const list = { 'List-Id': '<news.list.example>', Precedence: 'bulk' };

test('people are found with their names', async () => {
  await fixture.receive({ from: 'Pia Person <pia@person.example>', subject: 'A person' });
  expect(await find('person.example')).toEqual({
    listed: [{ address: 'pia@person.example', name: 'Pia Person', fields: {} }],
    leftOut: nobody,
  });
});

test('programs and lists are left out, unless somebody answered them', async () => {
  await fixture.receive({
    from: 'Shop <orders@shop.program>',
    subject: 'A receipt',
    fields: { 'Auto-Submitted': 'auto-generated' },
  });
  await fixture.receive({ from: 'no-reply@notices.program', subject: 'A notice' });
  await fixture.receive({ from: 'News <news@list.program>', subject: 'A letter', fields: list });
  const desk = { 'Feedback-ID': '1:2:3:desk' };
  await fixture.receive({ from: 'Desk <desk@helpdesk.program>', subject: 'From a helpdesk', fields: desk });
  const { id } = await fixture.conversationOf('From a helpdesk');
  await fixture.answer(id, ['desk@helpdesk.program']);
  const { listed, leftOut } = await find('.program');
  expect(listed.map(({ address }) => address)).toEqual(['desk@helpdesk.program']);
  expect(leftOut).toEqual({ ...nobody, automatic: 2, lists: 1 });
});

test('a person who writes through a list of others and to us is kept', async () => {
  await fixture.receive({ from: 'Lia <lia@both.example>', subject: 'In the list', fields: list });
  expect((await find('both.example')).leftOut).toEqual({ ...nobody, lists: 1 });
  await fixture.receive({ from: 'Lia <lia@both.example>', subject: 'To you' });
  expect(await addressesOf('both.example')).toEqual(['lia@both.example']);
});

test('an address whose mail came back is left out until mail arrives from it', async () => {
  await fixture.receive({ from: 'Gone <gone@acme.example>', subject: 'Before it was gone' });
  const { id } = await fixture.conversationOf('Before it was gone');
  await fixture.answer(id, ['gone@acme.example']);
  await fixture.sync();
  expect(await find('gone@acme.example')).toEqual({ listed: [], leftOut: { ...nobody, bounced: 1 } });
  await fixture.receive({ from: 'Gone <gone@acme.example>', subject: 'Here again' });
  expect(await addressesOf('gone@acme.example')).toEqual(['gone@acme.example']);
});

test('who unsubscribed with one address gets nothing at the other', async () => {
  await fixture.receive({ from: 'Two <one@two.example>', subject: 'From one address' });
  await fixture.receive({ from: 'Two <other@two.example>', subject: 'From another' });
  const [into, from] = await Promise.all(
    ['From one address', 'From another'].map(async (subject) => fixture.conversationOf(subject)),
  );
  const merge = { fromId: from!.customerId, intoId: into!.customerId };
  await fixture.read((tx) => mergeCustomer(tx, merge, fixture.admin.actor, new Date()));
  expect(await addressesOf('two.example')).toEqual(['one@two.example']);
  await fixture.read((tx) =>
    tx.sql
      .insertInto('unsubscribed')
      .values({ instanceId: tx.instanceId, address: 'other@two.example' })
      .execute(),
  );
  expect(await find('two.example')).toEqual({ listed: [], leftOut: { ...nobody, unsubscribed: 1 } });
});
