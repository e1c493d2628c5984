import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteCustomer } from '../../customers/delete-customer.ts';
import { composeReply } from '../../outbound/compose/compose.ts';
import { redactPassage } from '../../redaction/redact-passage.ts';
import { findInDatabase } from '../../testing/find-in-database.ts';
import { createImportSteps } from '../../testing/import-steps.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';

const sales = 'sales@acme.example';
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let steps: ReturnType<typeof createImportSteps>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  steps = createImportSteps(fixture);
});
afterEach(async () => {
  await steps.close();
  await fixture.close();
});

const days = (count: number) => ({ by: 'days' as const, days: count });
const subjects = () =>
  fixture.read(async (tx) => {
    const rows = await tx.sql.selectFrom('message').select('subject').orderBy('subject').execute();
    return rows.map(({ subject }) => subject);
  });
const messageOf = (subject: string) =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('message')
      .innerJoin('conversation', 'conversation.id', 'message.conversationId')
      .where('message.subject', '=', subject)
      .select(['message.id', 'message.conversationId', 'conversation.customerId'])
      .executeTakeFirstOrThrow(),
  );
const erase = (customerId: string) =>
  fixture.read((tx) => deleteCustomer(tx, customerId, fixture.admin.actor));

test('a redacted passage does not return with an import, nor with a copy in another mailbox', async () => {
  const secret = 'Zebra crossing 4711';
  const mail = { id: 'question', body: `It is ${secret}, as I said.` };
  const salesId = await fixture.connect(fixture.admin, sales);
  steps.older(mail);
  steps.older({ ...mail, account: sales });
  await steps.run(await steps.start());
  const { id } = await messageOf('question');
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: id, passage: secret, everywhere: true }, fixture.admin.actor, new Date()),
  );
  await steps.run(await steps.start(days(60)));
  const ref = await steps.start(days(30), salesId);
  await steps.run(ref);
  expect(await steps.stateOf(ref)).toMatchObject({ state: 'done', listed: 1 });
  expect(await subjects()).toEqual(['question']);
  expect(await findInDatabase(fixture.needs.deployment, secret)).toEqual([]);
});

test('the removal of an import keeps what was redacted, so that a later one does not bring it in', async () => {
  const secret = 'Zebra crossing 4711';
  steps.older({ id: 'question', body: `It is ${secret}.` });
  steps.older({ id: 'other', from: 'Bob <bob@far.example>' });
  const ref = await steps.start();
  await steps.run(ref);
  const { id } = await messageOf('question');
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: id, passage: secret, everywhere: false }, fixture.admin.actor, new Date()),
  );
  await steps.remove(ref);
  expect(await steps.stateOf(ref)).toMatchObject({ keptRedacted: 1, removedConversations: 1 });
  await steps.run(await steps.start());
  expect(await subjects()).toEqual(['other', 'question']);
  expect(await findInDatabase(fixture.needs.deployment, secret)).toEqual([]);
});

test('a deleted customer does not return with an import of another address', async () => {
  const salesId = await fixture.connect(fixture.admin, sales);
  const both = { id: 'both', to: `support@acme.example, ${sales}` };
  const { threadId } = steps.older(both);
  steps.older({ ...both, account: sales });
  // What a colleague of theirs wrote in their conversation was deleted with it.
  const colleague = { id: 'colleague', from: 'Bea <bea@far.example>', inReplyTo: 'both' };
  steps.older({ ...colleague, threadId });
  steps.older({ ...colleague, account: sales });
  steps.older({ id: 'never-stored', account: sales });
  steps.older({ id: 'answer', account: sales, from: sales, to: 'ana@far.example', labels: ['SENT'] });
  steps.older({ id: 'somebody', account: sales, from: 'Cem <cem@far.example>' });
  await steps.run(await steps.start());
  const { customerId } = await messageOf('both');
  expect(await messageOf('colleague')).toMatchObject({ customerId });
  await erase(customerId);

  const ref = await steps.start(days(30), salesId);
  await steps.run(ref);
  await steps.run(await steps.start(days(60)));
  expect(await subjects()).toEqual(['somebody']);
  expect(await steps.stateOf(ref)).toMatchObject({ state: 'done', listed: 5, imported: 1, leftOut: 4 });
  expect(await findInDatabase(fixture.needs.deployment, 'ana@far.example')).toEqual([]);
});

test('what a deleted customer writes afterwards arrives', async () => {
  steps.older({ id: 'question' });
  await steps.run(await steps.start());
  await erase((await messageOf('question')).customerId);
  fixture.arrive({ From: 'Ana <ana@far.example>', Subject: 'again', 'Message-ID': '<question@far.example>' });
  await fixture.sync();
  expect(await subjects()).toEqual(['again']);
});

test('a cancelled import keeps what it stored, stores nothing more, and can be removed', async () => {
  for (let n = 0; n < 80; n += 1) steps.older({ id: `old-${n}`, daysAgo: 20 - n / 8 });
  const ref = await steps.start();
  const running = steps.run(ref);
  await expect.poll(async () => (await subjects()).length).toBeGreaterThan(0);
  await steps.change(ref, 'cancel');
  const stored = await subjects();
  await running;
  await steps.run(ref);
  expect(await subjects()).toEqual(stored);
  expect(stored.length).toBeLessThan(80);
  expect(await steps.stateOf(ref)).toMatchObject({ state: 'cancelled' });
  await expect(steps.change(ref, 'resume')).rejects.toMatchObject({
    problem: { code: 'import-state-changed' },
  });
  await steps.remove(ref);
  expect(await subjects()).toEqual([]);
  expect(await steps.stateOf(ref)).toMatchObject({ state: 'removed', removedMessages: stored.length });
});

test('the removal of an import keeps a conversation that was answered here, and says so', async () => {
  steps.older({ id: 'question' });
  steps.older({ id: 'other', from: 'Bob <bob@far.example>' });
  const ref = await steps.start();
  await steps.run(ref);
  const { conversationId } = await messageOf('question');
  const messageId = uuid();
  const author = { ...fixture.admin.actor, email: 'lena@acme.example' };
  const reply = { id: messageId, conversationId, mailboxId: fixture.mailboxId, now: new Date() };
  await fixture.read((tx) =>
    composeReply(
      tx,
      {
        ...reply,
        to: ['ana@far.example'],
        cc: [],
        bcc: [],
        html: '<p>Hello</p>',
        author,
      },
      fixture.enqueue,
    ),
  );
  await fixture.deliver(messageId);
  await steps.remove(ref);
  expect(await steps.stateOf(ref)).toMatchObject({
    state: 'removed',
    keptAnswered: 1,
    keptJoined: 0,
    removedConversations: 1,
  });
  expect(await subjects()).toEqual(['Re: question', 'question']);
});
