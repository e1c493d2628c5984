import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { composeReply } from '../compose/compose.ts';
import { findDeliveriesToRecover } from './recover-deliveries.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(() => fixture?.close());

async function conversation(subject: string): Promise<string> {
  fixture.arrive({ Subject: subject });
  await fixture.sync();
  const { id } = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('subject', '=', subject).select('id').executeTakeFirstOrThrow(),
  );
  return id;
}

async function write(conversationId: string): Promise<string> {
  const id = uuid();
  const author = { id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' };
  const content = { to: ['ana@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
  const { mailboxId } = fixture;
  const reply = { id, conversationId, mailboxId, ...content, author, now: new Date() };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  return id;
}

test('a conversation with many messages hides no other one', async () => {
  const [busy, free] = [await conversation('Busy'), await conversation('Free')];
  const [first] = [await write(busy)];
  for (let behind = 0; behind < 6; behind += 1) await write(busy);
  const other = await write(free);
  const later = new Date(Date.now() + 60_000);
  const due = async () => {
    const rows = await findDeliveriesToRecover(fixture.needs.deployment, later);
    return rows.map(({ messageId }) => messageId).sort();
  };
  expect(await due()).toEqual([first, other].sort());
  // Google is busy: the first one waits, and with it those after it.
  await fixture.read((tx) =>
    tx.sql
      .updateTable('delivery')
      .set({ nextAttemptAt: new Date(Date.now() + 600_000) })
      .where('messageId', '=', first)
      .execute(),
  );
  expect(await due()).toEqual([other]);
});
