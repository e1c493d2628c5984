import { v4 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliver } from '../../../../google-simulator/src/mail/deliver.ts';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { composeReply } from '../../outbound/compose/compose.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { readMessage } from '../../testing/messages.ts';

const support = 'support@acme.example';
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
});
afterEach(() => fixture?.close());

async function openConversation(): Promise<string> {
  fixture.arrive({ Subject: 'Where is it?', From: 'Ivo <ivo@far.example>' });
  await fixture.sync();
  const { id } = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').select('id').executeTakeFirstOrThrow(),
  );
  return id;
}
async function write(conversationId: string): Promise<string> {
  const id = uuid();
  const author = { id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' };
  const content = { to: ['ivo@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
  const { mailboxId } = fixture;
  const reply = { id, conversationId, mailboxId, ...content, author, now: new Date() };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  return id;
}
const accepted = (id: string) =>
  fixture.ledger().filter(({ kind, delivery }) => kind === 'accepted' && delivery === id);
const limitedUntil = async () => {
  const row = await fixture.read((tx) =>
    tx.sql.selectFrom('mailbox').select('sendingLimitedUntil').executeTakeFirstOrThrow(),
  );
  return row.sendingLimitedUntil;
};
/** A report of testing/messages arrives, about the message that was sent last. */
async function arrives(name: string, dmarc: 'pass' | 'fail' = 'pass'): Promise<void> {
  const { simulator } = fixture.google;
  const [sent] = messagesWith(simulator, support, { label: 'SENT', limit: 1 });
  const raw = readMessage('reports', name)
    .toString()
    .replaceAll('<order-17@acme.example>', sent!.rfcMessageId!);
  deliver(simulator, {
    sender: '',
    recipients: [support],
    raw: Buffer.from(raw),
    authentication: { dkim: dmarc, spf: dmarc, dmarc },
  });
  await fixture.sync();
}

test.each([['gmail-own-limit'], ['gmail-own-limit-in-words']])(
  'a report of our own sending limit holds the mailbox, and blames nobody: %s',
  async (name) => {
    const conversationId = await openConversation();
    const first = await write(conversationId);
    await fixture.deliver(first);
    await fixture.readBack(first);
    await arrives(name);
    const until = (await limitedUntil())!.getTime();
    expect(until).toBeGreaterThan(Date.now() + 50 * 60_000);
    expect(until).toBeLessThanOrEqual(Date.now() + 61 * 60_000);
    const reports = await fixture.read((tx) =>
      tx.sql.selectFrom('deliveryReport').select(['messageId', 'kind', 'reason']).execute(),
    );
    expect(reports).toEqual([{ messageId: first, kind: 'failed', reason: 'own-limit' }]);
    const next = await write(conversationId);
    await fixture.deliver(next);
    expect(accepted(next)).toEqual([]);
    await fixture.needs.deployment.pool.query(
      `update mailbox set sending_limited_until = sending_limited_until - interval '2 hours'`,
    );
    await fixture.deliver(next);
    only(accepted(next));
  },
);

test('neither a forged report nor one about the recipient holds the mailbox', async () => {
  const conversationId = await openConversation();
  await fixture.deliver(await write(conversationId));
  await arrives('gmail-own-limit', 'fail');
  await arrives('gmail-mailbox-full');
  expect(await limitedUntil()).toBeNull();
});
