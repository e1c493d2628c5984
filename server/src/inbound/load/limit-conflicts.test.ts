import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { parseMessage } from '../parse/parse-message.ts';
import { storeMessages } from '../store/store-messages.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let salesId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  salesId = await fixture.connect(fixture.admin, 'sales@acme.example');
});
afterAll(() => fixture?.close());

async function messageTo(to: string, subject: string, from: string, internalDate: Date) {
  const raw = Buffer.from(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nHello\r\n`);
  const fetched = {
    gmailId: uuid(),
    gmailThreadId: uuid(),
    labels: ['INBOX'],
    internalDate,
    size: raw.length,
  };
  return { fetched, parsed: await parseMessage(raw), zstd: raw };
}

/** Stores these in two mailboxes at once: neither transaction commits before both have written all. */
async function storeAtOnce(from: string, inSupport: string[], inSales: string[]) {
  const { read, mailboxId } = fixture;
  const at = new Date();
  let open = 2;
  let bothWritten = () => {};
  const written = new Promise<void>((resolve) => {
    bothWritten = resolve;
  });
  const attempts = { support: 0, sales: 0 };
  const store = async (mailbox: keyof typeof attempts, id: string, subjects: string[]) => {
    const to = `${mailbox}@acme.example`;
    const messages = await Promise.all(subjects.map((subject) => messageTo(to, subject, from, at)));
    await read(async (tx) => {
      attempts[mailbox] += 1;
      await storeMessages(tx, id, messages);
      open -= 1;
      if (open <= 0) bothWritten();
      await written;
    });
  };
  await Promise.all([store('support', mailboxId, inSupport), store('sales', salesId, inSales)]);
  return attempts;
}

test('writers far from the limit do not wait for each other, and nothing runs again', async () => {
  const from = 'Nina <nina@far.example>';
  await fixture.receive({ from, subject: 'Nina 0' });
  expect(await storeAtOnce(from, ['Nina 1'], ['Nina 2'])).toEqual({ support: 1, sales: 1 });
  expect(await fixture.conversationOf('Nina 2')).toMatchObject({ quietFor: null });
});

test('two mailboxes that together exceed the limit of a writer hold back exactly what exceeds it', async () => {
  await fixture.settings({ messagesPerHour: 3, formMessagesPerHour: 1_000 });
  const from = 'robot@loop.example';
  await fixture.receive({ from, subject: 'Loop 0' });
  const subjects = ['Loop 1', 'Loop 2', 'Loop 3', 'Loop 4'];
  const attempts = await storeAtOnce(from, subjects.slice(0, 2), subjects.slice(2));
  expect(attempts.support + attempts.sales).toBe(3);
  const found = await Promise.all(subjects.map((subject) => fixture.conversationOf(subject)));
  const quiet = found.filter(({ quietFor }) => quietFor !== null);
  expect(quiet).toHaveLength(2);
  expect(quiet[0]).toMatchObject({ id: quiet[1]!.id, quietFor: from });
});
