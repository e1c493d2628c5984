import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addMessage, changeLabels, deleteForEver } from '../../../google-simulator/src/world/messages.ts';
import { composeReply } from '../outbound/compose.ts';
import { controls } from '../testing/gmail.ts';
import { only, streetsBench } from '../testing/streets.ts';

const support = 'support@acme.example';
const day = 24 * 3_600_000;

let bench: Awaited<ReturnType<typeof streetsBench>>;
beforeAll(async () => {
  bench = await streetsBench();
});
afterAll(() => bench?.close());

const arrived = (subject: string, daysAgo: number) =>
  addMessage(bench.google.simulator, support, {
    raw: Buffer.from(`From: ana@far.example\r\nTo: ${support}\r\nSubject: ${subject}\r\n\r\nHello\r\n`),
    labels: ['INBOX'],
    internalDate: Date.now() - daysAgo * day,
  });
const messages = (subject: string) =>
  bench.read((tx) => tx.sql.selectFrom('message').where('subject', '=', subject).selectAll().execute());

test('what we send before catching up hides nothing that came in the days before', async () => {
  await bench.read((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ connectedAt: new Date(Date.now() - 5 * day) })
      .execute(),
  );
  arrived('Read in time', 4);
  await bench.sync();
  const { conversationId } = only(await messages('Read in time'));

  // Days without Postroom: Gmail forgets the cursor, and what was held leaves first.
  arrived('Days ago', 3);
  await controls(bench.google).expireHistory(support);
  const id = uuid();
  const author = { id: bench.admin.actor.id, name: 'John', email: 'john@acme.example' };
  const words = { to: ['ana@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
  const reply = { id, conversationId, mailboxId: bench.mailboxId, ...words, author, now: new Date() };
  await bench.read((tx) => composeReply(tx, reply, bench.enqueue));
  await bench.deliver(id);
  expect(bench.ledger().filter(({ kind }) => kind === 'accepted').length).toBe(1);

  await bench.sync();
  only(await messages('Days ago'));
});

test('what is deleted, trashed or marked as spam in Gmail later stays here, and comes no second time', async () => {
  const { simulator } = bench.google;
  const gone = arrived('Deleted in Gmail', 0);
  const trashed = arrived('Trashed in Gmail', 0);
  await bench.sync();
  deleteForEver(simulator, support, gone.id);
  changeLabels(simulator, support, trashed.id, { add: ['TRASH'], remove: ['INBOX'] });
  await bench.sync();
  changeLabels(simulator, support, trashed.id, { add: ['INBOX'], remove: ['TRASH'] });
  await bench.sync();
  await controls(bench.google).expireHistory(support);
  await bench.sync();
  only(await messages('Deleted in Gmail'));
  only(await messages('Trashed in Gmail'));
});

test('a message that was trashed before it was read comes in when it leaves the trash', async () => {
  const { simulator } = bench.google;
  const { id } = arrived('Out of the trash', 0);
  changeLabels(simulator, support, id, { add: ['TRASH'], remove: ['INBOX'] });
  await bench.sync();
  expect(await messages('Out of the trash')).toEqual([]);
  changeLabels(simulator, support, id, { remove: ['TRASH'] });
  await bench.sync();
  only(await messages('Out of the trash'));
});
