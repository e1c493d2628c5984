import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { resolveSendTime } from './send-time.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let conversationId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  await fixture.receive({ subject: 'Order' });
  ({ conversationId } = (await fixture.messages('Order'))[0]!);
});
afterAll(() => fixture?.close());

const now = new Date();
const ahead = new Date(now.getTime() + 60_000);

test.each(['queued', 'sending', 'held'] as const)(
  'a message follows one that is %s, although the clock was set back',
  async (state) => {
    const earlier = await fixture.write(conversationId, ['ana@far.example']);
    const set = (values: object) =>
      fixture.read((tx) =>
        tx.sql.updateTable('delivery').set(values).where('messageId', '=', earlier).execute(),
      );
    await set({ state, sendAfter: ahead });
    const resolve = () =>
      fixture.read((tx) =>
        resolveSendTime(tx, { conversationId, messageId: uuid(), sendTime: { undoSeconds: 0 }, now }),
      );
    expect(await resolve()).toEqual({ sendAfter: ahead, scheduled: false });
    await set({ state: 'sent' });
    expect(await resolve()).toEqual({ sendAfter: now, scheduled: false });
  },
);
