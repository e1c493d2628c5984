import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMessage, messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { openConversation } from '../../conversations/conversation-page.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const sales = 'sales@acme.example';
const ana = 'ana@far.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let salesId: string;
let count = 0;
/** A new conversation for each test: its subject and the Message-ID of its first message. */
let topic: string;
let opening: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  salesId = await fixture.connect(fixture.admin, sales);
  await fixture.settings({ messagesPerHour: 1_000 });
  // With a template, what is sent has more text than what was written.
  const { instanceId, mailboxId } = fixture;
  const template = {
    instanceId,
    id: uuid(),
    name: 'Brand',
    html: '{{{draft.htmlBody}}}<p>Acme, Street 1</p>',
  };
  await fixture.read(async (tx) => {
    await tx.sql.insertInto('template').values(template).execute();
    await tx.sql
      .updateTable('mailbox')
      .set({ templateId: template.id })
      .where('id', '=', mailboxId)
      .execute();
  });
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  topic = `Topic ${count}`;
  opening = `<topic-${count}@far.example>`;
  await fixture.receive({ subject: topic, fields: { 'Message-ID': opening } });
  conversationId = (await fixture.conversationOf(topic)).id;
});

const page = async () =>
  (await fixture.read((tx) => openConversation(tx, conversationId, fixture.admin.browser.userId)))!;
const defaults = (all = false) => fixture.defaults(conversationId, all);
const addresses = (people: Array<{ address: string }>) => people.map(({ address }) => address);
const syncBoth = () => Promise.all([fixture.sync(), fixture.sync(salesId)]);

test('References match whatever the subject; the subject alone does not', async () => {
  await fixture.receive({
    subject: `Quite another ${count}`,
    fields: { References: `<unknown@x.example> ${opening}` },
  });
  expect((await fixture.conversationOf(`Quite another ${count}`)).id).toBe(conversationId);
  // Gmail itself joins what one sender writes without References (docs/gmail.md, section 7), so another writes.
  await fixture.receive({ from: 'Tom <tom@far.example>', subject: topic });
  const same = await fixture.messages(topic);
  expect(new Set(same.map((message) => message.conversationId)).size).toBe(2);
});

test('a forwarded message opens a conversation, unless it has References', async () => {
  const from = 'Tom <tom@far.example>';
  const body = `---------- Forwarded message ---------\r\nFrom: Ana <${ana}>\r\nSubject: ${topic}\r\n\r\nHello`;
  await fixture.receive({ from, subject: `Fwd: ${topic}`, body });
  const forwarded = await fixture.conversationOf(`Fwd: ${topic}`);
  expect(forwarded.id).not.toBe(conversationId);
  expect(only(await fixture.messages(`Fwd: ${topic}`)).fromNewParticipant).toBe(false); // it is Tom's own conversation
  // The customer forwards her own thread to us: it joins its conversation.
  await fixture.receive({ subject: `FW: ${topic}`, body, fields: { References: opening } });
  expect((await fixture.conversationOf(`FW: ${topic}`)).id).toBe(conversationId);
});

test.each(['ours first', 'theirs first', 'at once'] as const)(
  'two of our mailboxes in a thread: one conversation, %s',
  async (order) => {
    const subject = `Both ${count}`;
    const id = `<both-${count}@far.example>`;
    fixture.send({ to: [support, sales], subject, fields: { 'Message-ID': id } });
    const read = {
      'ours first': [fixture.mailboxId, salesId],
      'theirs first': [salesId, fixture.mailboxId],
      'at once': null,
    }[order];
    const sync = async () => {
      if (!read) await syncBoth();
      else for (const mailboxId of read) await fixture.sync(mailboxId);
    };
    await sync();
    fixture.send({
      to: [support, sales],
      subject: `Re: ${subject}`,
      fields: { 'In-Reply-To': id, 'Message-ID': `<re-both-${count}@far.example>` },
    });
    await sync();
    const both = await fixture.conversationOf(subject);
    expect((await fixture.conversationOf(`Re: ${subject}`)).id).toBe(both.id);

    // What we send to both is a copy of our message in the other mailbox.
    const answer = await fixture.answer(both.id, [ana, sales]);
    await sync();
    const all = await fixture.read((tx) =>
      tx.sql
        .selectFrom('message')
        .where('conversationId', '=', both.id)
        .select(['id', 'direction'])
        .execute(),
    );
    expect(all.map(({ direction }) => direction).sort()).toEqual(['inbound', 'inbound', 'outbound']);
    const copies = await fixture.read((tx) =>
      tx.sql.selectFrom('gmailMessage').where('messageId', '=', answer.id).select('mailboxId').execute(),
    );
    expect(new Set(copies.map(({ mailboxId }) => mailboxId))).toEqual(new Set([fixture.mailboxId, salesId]));
  },
);

test('mail between two of our mailboxes is one message', async () => {
  const raw = `From: Sales <${sales}>\r\nTo: ${support}\r\nSubject: Inside ${count}\r\nMessage-ID: <inside-${count}@mail.gmail.com>\r\n\r\nHi\r\n`;
  addMessage(fixture.google.simulator, sales, { raw: Buffer.from(raw), labels: ['SENT'] });
  addMessage(fixture.google.simulator, support, { raw: Buffer.from(raw), labels: ['INBOX'] });
  await syncBoth();
  only(await fixture.messages(`Inside ${count}`));
});

test.each([
  ['direct first', () => [fixture.mailboxId, salesId]],
  ['through the list first', () => [salesId, fixture.mailboxId]],
] as const)(
  'the copy that a mailing list changed is one message with the direct one: %s',
  async (_, order) => {
    const id = { 'Message-ID': `<list-${count}@far.example>` };
    const body = 'Does the lamp\r\nshine?\r\n\r\nAna';
    const headerTo = `${support}, Team <team@lists.example>`;
    fixture.send({ headerTo, to: [support], subject: `Lamp ${count}`, fields: id, body });
    fixture.send({
      from: 'Ana via Team <team@lists.example>',
      headerTo,
      to: [sales],
      subject: `[Team] Lamp ${count}`,
      fields: { ...id, 'Reply-To': 'Ana <ana@far.example>', 'List-Id': 'Team <team.lists.example>' },
      body: 'Does the lamp shine?\r\n\r\nAna\r\n\r\nThis list is kept by the club.\r\nLeave it at https://lists.example/team',
    });
    for (const mailboxId of order()) await fixture.sync(mailboxId);
    const messages = [
      ...(await fixture.messages(`Lamp ${count}`)),
      ...(await fixture.messages(`[Team] Lamp ${count}`)),
    ];
    const { conversationId } = only(messages);
    expect((await fixture.defaults(conversationId)).to.map(({ address }) => address)).toEqual([
      'ana@far.example',
    ]);
  },
);

test('the same Message-ID on different messages is two messages', async () => {
  const fields = { 'Message-ID': '<form@constant.example>' };
  const from = 'Form <form@constant.example>';
  fixture.send({ from, to: [support], subject: `Form ${count}`, fields, body: 'I want to buy' });
  fixture.send({ from, to: [sales], subject: `Form ${count}`, fields, body: 'I want to sell' });
  await syncBoth();
  expect((await fixture.messages(`Form ${count}`)).map(({ bodyText }) => bodyText.trim()).sort()).toEqual([
    'I want to buy',
    'I want to sell',
  ]);
});

test('a customer’s second address is no new participant', async () => {
  const { customerId } = await fixture.conversation(conversationId);
  await fixture.read((tx) =>
    tx.sql
      .insertInto('customerAddress')
      .values({ instanceId: fixture.instanceId, address: `second-${count}@home.example`, customerId })
      .execute(),
  );
  const from = `Ana at home <Second-${count}@HOME.example>`;
  await fixture.receive({ from, subject: `Re: ${topic}`, fields: { 'In-Reply-To': opening } });
  expect((await page()).messages.at(-1)).toMatchObject({ fromNewParticipant: false });
  expect(addresses((await defaults()).to)).toEqual([`Second-${count}@HOME.example`]);
});

test('people in Cc take part; an unknown writer gets no reply unless added', async () => {
  await fixture.receive({
    subject: `Re: ${topic}`,
    fields: {
      'In-Reply-To': opening,
      Cc: 'Tom <tom@far.example>',
      'Message-ID': `<cc-${count}@far.example>`,
    },
  });
  const citing = { 'In-Reply-To': `<cc-${count}@far.example>` };
  await fixture.receive({ from: 'Tom <TOM@far.example>', subject: `From Tom ${count}`, fields: citing });
  const eve = 'Eve <eve@bad.example>';
  await fixture.change(conversationId, { status: 'done' });
  await fixture.receive({
    from: eve,
    subject: `From Eve ${count}`,
    fields: { ...citing, Cc: 'accomplice@bad.example', 'Reply-To': 'eve2@bad.example' },
  });
  const { conversation, messages } = await page();
  expect(messages.map(({ subject, fromNewParticipant }) => [subject, fromNewParticipant])).toEqual([
    [topic, false],
    [`Re: ${topic}`, false],
    [`From Tom ${count}`, false],
    [`From Eve ${count}`, true],
  ]);
  expect(conversation.status).toBe('open'); // reopened, so that an agent sees it
  for (const all of [false, true]) {
    const { to, cc, newParticipants } = await defaults(all);
    expect(addresses(to)).toEqual(['TOM@far.example']);
    expect(cc).toEqual([]);
    expect(newParticipants).toEqual([{ name: 'Eve', address: 'eve@bad.example' }]);
  }
  // Nobody takes part because she copied them in, or because she writes twice.
  await fixture.receive({ from: 'accomplice@bad.example', subject: `Accomplice ${count}`, fields: citing });
  await fixture.receive({ from: eve, subject: `Eve again ${count}`, fields: citing });
  expect((await page()).messages.slice(-2).map(({ fromNewParticipant }) => fromNewParticipant)).toEqual([
    true,
    true,
  ]);

  // After an agent writes to her she takes part.
  await fixture.answer(conversationId, ['TOM@far.example', 'eve@bad.example']);
  await fixture.receive({ from: eve, subject: `Eve invited ${count}`, fields: citing });
  expect((await page()).messages.at(-1)).toMatchObject({ fromNewParticipant: false });
  const { to, newParticipants } = await defaults();
  expect(addresses(to)).toEqual(['eve@bad.example']);
  expect(newParticipants).toEqual([{ name: '', address: 'accomplice@bad.example' }]);
});

test('each of hundreds of recipients takes part', async () => {
  const people = Array.from({ length: 500 }, (_, index) => `guest${index}@far.example`);
  const fields = {
    'In-Reply-To': opening,
    Cc: people.join(', '),
    'Message-ID': `<all-${count}@far.example>`,
  };
  await fixture.receive({ subject: `To all ${count}`, fields });
  const citing = { 'In-Reply-To': `<all-${count}@far.example>` };
  await fixture.receive({ from: people.at(-1)!, subject: `From the last ${count}`, fields: citing });
  expect((await page()).messages.at(-1)).toMatchObject({ fromNewParticipant: false });
});

test('our users and mailboxes are never new participants', async () => {
  await fixture.needs.deployment.pool.query('update users set email = $1 where id = $2', [
    'Worker@acme.example',
    fixture.admin.actor.id,
  ]);
  const fields = { 'In-Reply-To': opening };
  // john@ is an accepted alias of support@.
  for (const from of [sales, 'worker@acme.example', 'John@acme.example']) {
    await fixture.receive({ from, subject: `Ours ${count} ${from}`, fields });
  }
  expect((await page()).messages.filter(({ fromNewParticipant }) => fromNewParticipant)).toEqual([]);
});

test('bounces and automatic replies do not change the reply’s recipients', async () => {
  const answer = await fixture.answer(conversationId, ['nobody@acme.example', ana]);
  await fixture.sync();
  await fixture.receive({
    from: 'Robot <robot@far.example>',
    subject: `Automatic reply ${count}`,
    fields: { 'In-Reply-To': answer.rfcMessageId, 'Auto-Submitted': 'auto-replied' },
  });
  expect((await page()).messages.map(({ kind }) => kind)).toEqual([
    'ordinary',
    'ordinary',
    'bounce',
    'auto-reply',
  ]);
  const { to, newParticipants, subject } = await defaults(true);
  expect(addresses(to)).toEqual([ana]);
  expect(newParticipants).toEqual([]);
  expect(subject).toBe(`Re: ${topic}`);
  // The reply does not cite them either.
  const next = await fixture.answer(conversationId, [ana]);
  const sent = messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 })[0]!;
  const references = sent.headers.find(({ name }) => name === 'In-Reply-To')?.value;
  expect(sent.rfcMessageId).toBe(next.rfcMessageId);
  expect(references).toBe(answer.rfcMessageId);
});

test('in a Google Group the writer is the customer', async () => {
  const subject = `Group ${count}`;
  const id = `<group-${count}@far.example>`;
  const from = `Yuki <yuki-${count}@far.example>`;
  await fixture.receive({ from, to: ['team@acme.example'], subject, fields: { 'Message-ID': id } });
  const first = only(await fixture.messages(subject));
  expect(first).toMatchObject({
    kind: 'list',
    writerAddress: `yuki-${count}@far.example`,
    fromNewParticipant: false,
  });
  conversationId = first.conversationId;
  const { customer } = await page();
  expect(customer.addresses).toEqual([`yuki-${count}@far.example`]);
  await fixture.change(conversationId, { status: 'done' });
  await fixture.receive({
    from,
    to: ['team@acme.example'],
    subject: `Re: ${subject}`,
    fields: { 'In-Reply-To': id },
  });
  expect(only(await fixture.messages(`Re: ${subject}`))).toMatchObject({
    conversationId,
    fromNewParticipant: false,
  });
  expect((await fixture.conversation(conversationId)).status).toBe('open');
});

test('a Google Group in From is neither the writer nor a recipient', async () => {
  const subject = `Strict ${count}`;
  const writer = `strict-${count}@far.example`;
  await fixture.receive({
    from: `'Yuki' via Acme Team <team@acme.example>`,
    subject,
    fields: {
      To: 'team@acme.example',
      'X-Google-Group-Id': '104577293377',
      'X-Original-Sender': writer,
      'List-ID': '<team.acme.example>',
    },
  });
  const message = (await fixture.messages(subject))[0]!;
  conversationId = message.conversationId;
  expect(message.writerAddress).toBe(writer);
  expect((await page()).customer).toMatchObject({ name: 'Yuki', addresses: [writer] });
  expect((await defaults()).to).toEqual([{ name: 'Yuki', address: writer }]);
});

test('a forged Google Group forward is from a new participant', async () => {
  await fixture.receive({
    from: "'Ana' via Group <group@bad.example>",
    subject: `Pretended ${count}`,
    fields: { 'In-Reply-To': opening, 'X-Google-Group-Id': '1', 'X-Original-Sender': ana },
  });
  expect((await page()).messages.at(-1)).toMatchObject({ fromNewParticipant: true });
});
