import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveDraft } from '../../drafts/save-draft.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';
import { sendDraft } from './send-draft.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let author: { id: string; name: string; email: string };
let count = 0;

beforeAll(async () => {
  fixture = await createInboxFixture();
  author = { id: fixture.admin.browser.userId, name: 'Lena Okafor', email: 'lena@acme.example' };
});
afterAll(() => fixture?.close());

/** Ana writes, and the author has read it and written an answer; returns the draft. */
async function answered(): Promise<{
  draftId: string;
  conversationId: string;
  seenMessageId: string;
  subject: string;
}> {
  count += 1;
  const subject = `Parcel ${count}`;
  const opening = `<parcel-${count}@far.example>`;
  await fixture.receive({ subject, fields: { 'Message-ID': opening } });
  const { conversationId, id: seenMessageId } = only(await fixture.messages(subject));
  const draftId = uuid();
  const content = {
    ...{ kind: 'reply' as const, conversationId, mailboxId: fixture.mailboxId, subject: '' },
    ...{ to: ['ana@far.example'], cc: [], bcc: [], html: '<p>It is on its way</p>' },
  };
  await fixture.read((tx) =>
    saveDraft(tx, { id: draftId, userId: author.id, version: 0, content, now: new Date() }),
  );
  return { draftId, conversationId, seenMessageId, subject };
}
const send = (draftId: string, seenMessageId?: string) =>
  fixture.read((tx) =>
    sendDraft(
      tx,
      {
        draftId,
        version: 1,
        author,
        sendTime: { undoSeconds: 0 },
        markDone: false,
        seenMessageId,
        now: new Date(),
      },
      fixture.enqueue,
    ),
  );
const deliveries = (messageId: string) =>
  fixture.read((tx) =>
    tx.sql.selectFrom('delivery').where('messageId', '=', messageId).selectAll().execute(),
  );

test('a request to send that is repeated, also at the same moment, sends one message', async () => {
  const { draftId, conversationId, seenMessageId } = await answered();
  const answers = await Promise.all([send(draftId, seenMessageId), send(draftId, seenMessageId)]);
  answers.push(await send(draftId, seenMessageId));
  for (const answer of answers) expect(answer).toEqual({ conversationId, messageId: draftId });
  expect((await deliveries(draftId)).length).toBe(1);
});

test('a message that waited is refused where somebody else wrote meanwhile, and sent all the same', async () => {
  const { draftId, seenMessageId, subject } = await answered();
  await fixture.receive({
    subject: `Re: ${subject}`,
    fields: { 'In-Reply-To': `<parcel-${count}@far.example>` },
  });
  await expect(send(draftId, seenMessageId)).rejects.toMatchObject({
    problem: { code: 'answered-meanwhile' },
  });
  expect(await deliveries(draftId)).toEqual([]);
  await send(draftId);
  expect((await deliveries(draftId)).length).toBe(1);
});
