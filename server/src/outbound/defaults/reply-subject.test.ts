import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';

let count = 0;
let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

test.each(['RES: ', 'Αντ: ', '答复: ', 'Re\u0301f : ', 'XY: ', '[EXTERNAL] Re: '])(
  'answers to a customer whose program writes "%s" keep their subject and their Gmail thread',
  async (prefix) => {
    count += 1;
    const subject = `Lamp ${count}`;
    const ana = `ana${count}@far.example`;
    const encoded = (text: string) => `=?utf-8?b?${Buffer.from(text).toString('base64')}?=`;
    await fixture.receive({ from: ana, subject: encoded(subject) });
    const { id } = await fixture.conversationOf(subject);
    let last = await fixture.answer(id, [ana]);
    for (let round = 0; round < 3; round += 1) {
      const ours = await sentMessage(last.id);
      expect(ours.subject).toBe(`Re: ${subject}`);
      await fixture.receive({
        from: ana,
        subject: encoded(`${prefix}${ours.subject}`),
        fields: { 'In-Reply-To': ours.rfcMessageId!, References: ours.rfcMessageId! },
      });
      expect((await fixture.defaults(id)).subject).toBe(`Re: ${subject}`);
      last = await fixture.answer(id, [ana]);
    }
    const threads = await fixture.read((tx) =>
      tx.sql
        .selectFrom('gmailMessage')
        .innerJoin('message', 'message.id', 'gmailMessage.messageId')
        .where('message.conversationId', '=', id)
        .where('message.direction', '=', 'outbound')
        .select('gmailThreadId')
        .distinct()
        .execute(),
    );
    expect(threads).toHaveLength(1);
  },
);

const sentMessage = (id: string) =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('message')
      .where('id', '=', id)
      .select(['subject', 'rfcMessageId'])
      .executeTakeFirstOrThrow(),
  );
