import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { headerOf } from '../../../../google-simulator/src/mail/headers.ts';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { composeReply } from '../compose/compose.ts';

// A conversation of two mailboxes, which is answered from either.

const ana = 'ana.silva@mail.example';
const billing = 'billing@acme.example';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let billingId: string;
let conversationId: string;
let count = 0;
const rfcMessageId = () => `<both${count}@far.example>`;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  billingId = await fixture.connect(fixture.admin, billing);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  const fields = {
    From: `Ana Silva <${ana}>`,
    Subject: `Topic ${count}`,
    'Message-ID': rfcMessageId(),
  };
  fixture.arrive(fields, 'Hello', ['support@acme.example', billing]);
  await fixture.sync();
  const conversation = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('subject', '=', fields.Subject)
      .select('id')
      .executeTakeFirstOrThrow(),
  );
  conversationId = conversation.id;
});

/** Answers from a mailbox; returns the thread in which the answer was sent. */
async function answerFrom(mailboxId: string): Promise<string | null | undefined> {
  const id = uuid();
  const author = { id: fixture.admin.actor.id, name: 'John Carter', email: 'john@acme.example' };
  const reply = { to: [ana], cc: [], bcc: [], html: '<p>Hello</p>', author, now: new Date() };
  await fixture.read((tx) => composeReply(tx, { id, conversationId, mailboxId, ...reply }, fixture.enqueue));
  await fixture.deliver(id);
  const accepted = fixture.ledger().filter(({ kind, delivery }) => kind === 'accepted' && delivery === id);
  return only(accepted).threadId;
}

const newest = (account: string, label: string) =>
  messagesWith(fixture.google.simulator, account, { label, limit: 1 })[0]!;

test('an answer joins the thread of a copy that has arrived and is not received yet', async () => {
  const copy = newest(billing, 'INBOX');
  expect(copy.rfcMessageId).toBe(rfcMessageId());
  expect(await answerFrom(billingId)).toBe(copy.threadId);
});

test('a second answer carries the references of the first one on', async () => {
  await fixture.sync(billingId);
  await answerFrom(fixture.mailboxId);
  const first = newest(ana, 'INBOX').rfcMessageId;
  expect(await answerFrom(billingId)).toBe(newest(billing, 'INBOX').threadId);
  const { headers } = newest(ana, 'INBOX');
  expect(headerOf(headers, 'In-Reply-To')).toBe(first);
  expect(headerOf(headers, 'References').split(/\s+/)).toEqual([rfcMessageId(), first]);
});
