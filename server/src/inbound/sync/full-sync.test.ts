import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addMessage,
  changeLabels,
  deletePermanently,
} from '../../../../google-simulator/src/mail/messages.ts';
import { composeReply } from '../../outbound/compose/compose.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const day = 24 * 3_600_000;

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(() => fixture?.close());

const arrived = (subject: string, daysAgo: number) =>
  addMessage(fixture.google.simulator, support, {
    raw: Buffer.from(`From: ana@far.example\r\nTo: ${support}\r\nSubject: ${subject}\r\n\r\nHello\r\n`),
    labels: ['INBOX'],
    internalDate: Date.now() - daysAgo * day,
  });
const messages = (subject: string) =>
  fixture.read((tx) => tx.sql.selectFrom('message').where('subject', '=', subject).selectAll().execute());

test('sending before a full sync does not shorten it', async () => {
  await fixture.read((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ connectedAt: new Date(Date.now() - 5 * day) })
      .execute(),
  );
  arrived('Read in time', 4);
  await fixture.sync();
  const { conversationId } = only(await messages('Read in time'));

  // After days without Postroom the cursor is expired, and held messages are sent first.
  arrived('Days ago', 3);
  await simulatorControls(fixture.google).expireHistory(support);
  const id = uuid();
  const author = { id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' };
  const words = { to: ['ana@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
  const reply = { id, conversationId, mailboxId: fixture.mailboxId, ...words, author, now: new Date() };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  await fixture.deliver(id);
  expect(fixture.ledger().filter(({ kind }) => kind === 'accepted').length).toBe(1);

  await fixture.sync();
  only(await messages('Days ago'));
});

test('messages deleted, trashed or marked as spam later stay, once', async () => {
  const { simulator } = fixture.google;
  const gone = arrived('Deleted in Gmail', 0);
  const trashed = arrived('Trashed in Gmail', 0);
  await fixture.sync();
  deletePermanently(simulator, support, gone.id);
  changeLabels(simulator, support, trashed.id, { add: ['TRASH'], remove: ['INBOX'] });
  await fixture.sync();
  changeLabels(simulator, support, trashed.id, { add: ['INBOX'], remove: ['TRASH'] });
  await fixture.sync();
  await simulatorControls(fixture.google).expireHistory(support);
  await fixture.sync();
  only(await messages('Deleted in Gmail'));
  only(await messages('Trashed in Gmail'));
});

test('a message trashed before the sync is stored when it leaves Trash', async () => {
  const { simulator } = fixture.google;
  const { id } = arrived('Out of the trash', 0);
  changeLabels(simulator, support, id, { add: ['TRASH'], remove: ['INBOX'] });
  await fixture.sync();
  expect(await messages('Out of the trash')).toEqual([]);
  changeLabels(simulator, support, id, { remove: ['TRASH'] });
  await fixture.sync();
  only(await messages('Out of the trash'));
});
