import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { headerOf } from '../../../../google-simulator/src/mail/headers.ts';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { send } from '../../../../google-simulator/src/mail/send.ts';
import { mergeConversation } from '../../conversations/merge-conversations.ts';
import { createInboxFixture, type IncomingMail } from '../../testing/inbox-fixture.ts';

const support = 'support@acme.example';
const ana = 'ana@far.example';
const supplier = 'desk@parts.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let count = 0;
let subject: string;
let question: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  subject = `Lamp ${count}`;
  question = `<question-${count}@far.example>`;
  await receive({ subject, fields: { 'Message-ID': question } });
  conversationId = (await fixture.conversationOf(subject)).id;
});

/** A message arrives; returns its Gmail thread. */
async function receive(mail: IncomingMail): Promise<string> {
  await fixture.receive(mail);
  return fixture.newest().threadId;
}

/** Sends an answer; returns its Gmail thread, its subject, and what it replies to. */
async function answer(to: string[]) {
  const { rfcMessageId } = await fixture.answer(conversationId, to);
  await fixture.sync();
  const sent = messagesWith(fixture.google.simulator, support, { label: 'SENT' });
  const { threadId, subject, headers } = sent.find((one) => one.rfcMessageId === rfcMessageId)!;
  const references = headerOf(headers, 'References').split(/\s+/);
  return { threadId, subject, rfcMessageId, inReplyTo: headerOf(headers, 'In-Reply-To'), references };
}

test('an answer replies to the last message that its recipient knows', async () => {
  const threadId = fixture.newest().threadId;
  const asked = await answer([supplier]);
  // Some programs write In-Reply-To alone: the chain of theirs lacks what the customer wrote.
  const fields = { 'In-Reply-To': asked.rfcMessageId, 'Message-ID': `<parts-${count}@parts.example>` };
  await receive({ from: `Parts <${supplier}>`, subject: `RE: ${subject}`, fields });
  expect(await answer([ana])).toMatchObject({ threadId, inReplyTo: question, references: [question] });
  expect((await answer([supplier])).inReplyTo).toBe(fields['Message-ID']);
});

test('an answer has the subject of those it answers, whatever others wrote since', async () => {
  const { threadId } = fixture.newest();
  const asked = await answer([supplier]);
  const fields = {
    'In-Reply-To': asked.rfcMessageId,
    'Reply-To': `Tickets <tickets-${count}@parts.example>`,
  };
  await receive({ from: `Parts <${supplier}>`, subject: `[Ticket 1] ${subject}`, fields });
  expect(await answer([ana])).toMatchObject({ threadId, subject: `Re: ${subject}` });
  for (const to of [supplier, `TICKETS-${count}@parts.example`]) {
    expect((await answer([to])).subject).toBe(`Re: [Ticket 1] ${subject}`);
  }
  // Somebody who wrote nothing is answered as the last person is.
  expect((await answer(['new@far.example'])).subject).toBe(`Re: [Ticket 1] ${subject}`);
});

test('an answer to a customer does not reply to a stranger', async () => {
  const threadId = fixture.newest().threadId;
  const fields = { 'In-Reply-To': question, 'Message-ID': `<eve-${count}@bad.example>` };
  await receive({ from: 'Eve <eve@bad.example>', subject: `Re: ${subject}`, fields });
  expect(await answer([ana])).toMatchObject({ threadId, inReplyTo: question });
});

test('of two merged threads, the one with the subject of the answer is continued', async () => {
  const { threadId } = fixture.newest();
  const other = { subject: `Desk ${count}`, fields: { 'Message-ID': `<other-${count}@far.example>` } };
  const otherThread = await receive(other);
  const fromId = (await fixture.conversationOf(other.subject)).id;
  await fixture.read((tx) =>
    mergeConversation(tx, {
      fromId,
      intoId: conversationId,
      actorId: fixture.admin.browser.userId,
      now: new Date(),
    }),
  );
  const more = `<more-${count}@far.example>`;
  await receive({ subject: `Re: ${subject}`, fields: { 'In-Reply-To': question, 'Message-ID': more } });
  // A person answers the other one in Gmail.
  const raw = `From: ${support}\r\nTo: ${ana}\r\nSubject: Re: ${other.subject}\r\nIn-Reply-To: ${other.fields['Message-ID']}\r\n\r\nYes`;
  send(fixture.google.simulator, support, { raw: Buffer.from(raw), threadId: otherThread });
  await fixture.sync();
  expect(await answer([ana])).toMatchObject({ threadId, inReplyTo: more });
});

test('what is sent to somebody new replies to the last message', async () => {
  const more = `<more-${count}@far.example>`;
  await receive({ subject: `Re: ${subject}`, fields: { 'In-Reply-To': question, 'Message-ID': more } });
  expect((await answer([supplier])).inReplyTo).toBe(more);
});
