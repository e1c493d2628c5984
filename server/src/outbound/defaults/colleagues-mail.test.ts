import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openConversation } from '../../conversations/conversation-page.ts';
import { moveToCustomer, type NewCustomer } from '../../customers/move-to-customer.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { createInboxFixture, type IncomingMail } from '../../testing/inbox-fixture.ts';
import { moveWithDrafts } from './redirect-drafts.ts';

const jo = 'Jo Doe <jo@acme.example>';
const mia = { name: 'Mia Kern', address: 'mia@client.example' };
const support = 'support@acme.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let count = 0;
let subject: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());
beforeEach(() => {
  count += 1;
  subject = `Lamp ${count}`;
});

const open = async (id: string) =>
  (await fixture.read((tx) => openConversation(tx, id, fixture.admin.browser.userId)))!;
const move = (conversationId: string, to: NewCustomer) =>
  fixture.read((tx) =>
    moveToCustomer(tx, { conversationId, to, actorId: fixture.admin.browser.userId, now: new Date() }),
  );
async function receive(mail: Omit<IncomingMail, 'subject'> & { subject?: string }) {
  const all = { subject, ...mail };
  await fixture.receive(all);
  return (await fixture.conversationOf(all.subject)).id;
}
const forwardOf = (from: string) =>
  `Please help\r\n\r\n---------- Forwarded message ---------\r\nFrom: ${from}\r\nDate: Fri, Nov 6, 2026\r\nSubject: Lamp\r\nTo: <jo@acme.example>\r\n\r\nIt is broken.`;
const fromMia = 'Mia Kern <mia@client.example>';

test('a message that a colleague forwards as an attachment offers its sender', async () => {
  const attached = `From: ${fromMia}\r\nTo: jo@acme.example\r\nSubject: Lamp\r\nDate: Fri, 6 Nov 2026 10:00:00 +0100\r\nContent-Type: text/plain\r\n\r\nIt is broken.`;
  const id = await receive({
    from: jo,
    fields: { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=m' },
    body: `--m\r\nContent-Type: text/plain\r\n\r\nPlease help\r\n--m\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n${attached}\r\n--m--`,
  });
  expect((await open(id)).messages[0]!.forwarded).toEqual({
    from: mia,
    subject: 'Lamp',
    date: 'Fri, 06 Nov 2026 09:00:00 GMT',
    note: 'Please help',
    text: 'It is broken.',
    html: null,
  });
});

test('a colleague’s forward shows the words of the original sender, who can be made the customer', async () => {
  subject = `Fwd: ${subject}`;
  const id = await receive({ from: jo, body: forwardOf(fromMia) });
  const before = await open(id);
  expect(before.customer.addresses).toEqual(['jo@acme.example']);
  expect(before.messages[0]!.forwarded).toMatchObject({
    from: mia,
    note: 'Please help',
    text: 'It is broken.',
  });
  await move(id, mia);
  const after = await open(id);
  expect(after.customer).toMatchObject({ name: 'Mia Kern', addresses: [mia.address] });
  expect(await fixture.defaults(id)).toMatchObject({ to: [mia], cc: [], subject: `Re: Lamp ${count}` });
  expect((await fixture.defaults(id, true)).to).toEqual([mia]);

  // She answers what we wrote: she is part of it, and is answered.
  const { rfcMessageId } = await fixture.answer(id, [mia.address]);
  const from = 'Mia at home <mia@client.example>';
  await fixture.receive({ from, subject: `Re: ${subject}`, fields: { 'In-Reply-To': rfcMessageId } });
  const { messages } = await open(id);
  expect(messages.at(-1)).toMatchObject({ fromNewParticipant: false, forwarded: null });
  expect((await fixture.defaults(id)).to).toEqual([{ name: 'Mia at home', address: mia.address }]);
});

test.each([
  ['somebody else', { from: 'Ana <ana@far.example>', body: forwardOf(fromMia) }],
  ['a colleague who answers', { from: jo, subject: 'Re: what they wrote', body: forwardOf(fromMia) }],
  ['a colleague who forwards a colleague', { from: jo, body: forwardOf('Sam <sam@acme.example>') }],
  ['a colleague who forwards nothing', { from: jo, body: 'Please call Mia' }],
  [
    'a sender that Google found to be false',
    {
      from: jo,
      body: forwardOf(fromMia),
      authentication: { dmarc: 'fail' as const },
    },
  ],
])('no original sender is offered for %s', async (_, mail) => {
  const id = await receive(mail);
  expect((await open(id)).messages[0]!.forwarded).toBe(null);
});

test('what a colleague writes to a customer with a copy to us is that customer’s', async () => {
  const body = 'My colleagues will help you.';
  await fixture.receive({ from: jo, headerTo: fromMia, subject, fields: { Cc: support }, body });
  const { id } = await fixture.conversationOf(subject);
  const { customer, conversation } = await open(id);
  expect(customer).toMatchObject({ name: 'Mia Kern', addresses: [mia.address] });
  expect(conversation).toMatchObject({ status: 'open', unread: true });
  expect(await fixture.defaults(id)).toMatchObject({ to: [mia], cc: [] });
  expect((await fixture.defaults(id, true)).cc).toEqual([{ name: 'Jo Doe', address: 'jo@acme.example' }]);
});

test('after a move the new customer is answered, until the former one writes again', async () => {
  const opening = { 'Message-ID': `<move-${count}@far.example>` };
  const id = await receive({ fields: { ...opening, Cc: 'boss@far.example' } });
  await move(id, { address: 'Lee <Lee@Never-Wrote.example>', name: '' });
  const { customer, events } = await open(id);
  expect(customer).toMatchObject({ name: 'Lee', addresses: ['lee@never-wrote.example'] });
  expect(events.map(({ kind }) => kind)).toEqual(['moved']);
  const lee = [{ name: 'Lee', address: 'lee@never-wrote.example' }];
  expect(await fixture.defaults(id, true)).toMatchObject({ to: lee, cc: [] });
  await receive({ subject: `Re: ${subject}`, from: jo, fields: { 'In-Reply-To': opening['Message-ID'] } });
  expect((await fixture.defaults(id)).to).toEqual(lee);
  await fixture.receive({ subject: `RE: ${subject}`, fields: { 'In-Reply-To': opening['Message-ID'] } });
  expect((await fixture.defaults(id)).to).toEqual([{ name: 'Ana', address: 'ana@far.example' }]);
});

test('a reply being written goes to the new customer, unless its author chose others', async () => {
  const id = await receive({ fields: { Cc: 'boss@far.example' } });
  const { userId } = fixture.admin.browser;
  const draft = async (kind: 'reply' | 'note', to: string[], cc: string[]) => {
    const content = { kind, conversationId: id, mailboxId: null, subject: '', html: 'Hi', to, cc, bcc: [] };
    const draftId = uuid();
    await fixture.read((tx) => saveDraft(tx, { id: draftId, userId, version: 0, content, now: new Date() }));
    return async () => {
      const { recipients } = await fixture.read((tx) =>
        tx.sql.selectFrom('draft').where('id', '=', draftId).select('recipients').executeTakeFirstOrThrow(),
      );
      await fixture.read((tx) => tx.sql.deleteFrom('draft').where('id', '=', draftId).execute());
      return { to: recipients.to, cc: recipients.cc };
    };
  };
  const to = { address: 'kim@never-wrote.example', name: 'Kim' };
  const actor = { actorId: userId, now: new Date() };
  const proposed = await draft(
    'reply',
    ['Ana <ANA@far.example>'],
    ['boss@far.example', 'Sam <sam@x.example>'],
  );
  await fixture.read((tx) => moveWithDrafts(tx, { conversationId: id, to, ...actor }));
  expect(await proposed()).toEqual({ to: ['Kim <kim@never-wrote.example>'], cc: ['Sam <sam@x.example>'] });
  const chosen = await draft('reply', ['sam@x.example'], []);
  await fixture.read((tx) => moveWithDrafts(tx, { conversationId: id, to: mia, ...actor }));
  expect(await chosen()).toEqual({ to: ['sam@x.example'], cc: [] });
});

test('a customer with several addresses is answered at the one chosen', async () => {
  const id = await receive({});
  const other = await receive({ subject: `Of Kim ${count}`, from: 'Kim <kim@one.example>' });
  const { customerId } = await fixture.conversation(other);
  const second = { instanceId: fixture.instanceId, address: 'kim@two.example', customerId };
  await fixture.read((tx) => tx.sql.insertInto('customerAddress').values(second).execute());
  await move(id, { customerId, address: 'KIM@two.example' });
  expect((await fixture.defaults(id)).to).toEqual([{ name: 'Kim', address: 'kim@two.example' }]);
  await move(id, { customerId });
  expect((await fixture.defaults(id)).to).toEqual([{ name: 'Kim', address: 'kim@one.example' }]);
});

test('a conversation is not moved to one of our addresses, nor to what is none', async () => {
  const id = await receive({});
  for (const [address, code] of [
    ['support+web@acme.example', 'own-address-as-customer'],
    ['nobody', 'invalid-recipient'],
  ] as const) {
    await expect(move(id, { address, name: '' })).rejects.toMatchObject({ problem: { code } });
  }
});
