import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteMailbox } from '../../mailboxes/delete-mailbox.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';
import { startForwardDraft } from './forward.ts';

const sales = 'sales@acme.example';
const support = 'support@acme.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let salesId: string;
beforeEach(async () => {
  fixture = await createInboxFixture();
  salesId = await fixture.connect(fixture.admin, sales);
});
afterEach(() => fixture?.close());

/** A message to these addresses; returns what proposes the address that it is answered and forwarded from. */
async function answeredFrom(to: string[]) {
  const subject = `To ${to.join(' and ')}`;
  fixture.send({ to, subject });
  await fixture.sync(salesId);
  await fixture.sync();
  const message = only(await fixture.messages(subject));
  return {
    answer: async () => (await fixture.defaults(message.conversationId)).mailboxId,
    forward: () =>
      fixture.read(async (tx) => {
        const userId = fixture.admin.browser.userId;
        const id = await startForwardDraft(tx, { messageId: message.id, userId, now: new Date() });
        const draft = await tx.sql.deleteFrom('draft').where('id', '=', id).returning('mailboxId').execute();
        return only(draft).mailboxId;
      }),
  };
}
const remove = (mailboxId: string) =>
  deleteMailbox(
    fixture.needs,
    { instanceId: fixture.instanceId, mailboxId },
    fixture.admin.actor,
    new Date(),
  );

test('mail to a deleted address is answered and forwarded from another that received it', async () => {
  const both = await answeredFrom([sales, support]);
  expect([await both.answer(), await both.forward()]).toEqual([salesId, salesId]);
  await remove(salesId);
  expect([await both.answer(), await both.forward()]).toEqual([fixture.mailboxId, fixture.mailboxId]);
});

test('mail to a deleted address alone leaves the choice to the agent', async () => {
  const one = await answeredFrom([sales]);
  await remove(salesId);
  expect([await one.answer(), await one.forward()]).toEqual([salesId, salesId]);
});
