import { afterAll, beforeAll, expect, test } from 'vitest';
import { search } from '../search/search.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { openConversation } from './conversation-page.ts';
import { rowsOf } from './list-conversations.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let userId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  userId = fixture.admin.browser.userId;
});
afterAll(() => fixture?.close());

const row = async (id: string) => (await fixture.read((tx) => rowsOf(tx, userId, [id])))[0]!;

test('a new subject is on its card, in the list, found, and used by the reply', async () => {
  const opening = { 'Message-ID': '<moving@far.example>' };
  await fixture.receive({ subject: 'Moving house', fields: opening });
  const { id } = await fixture.conversationOf('Moving house');
  await fixture.change(id, { status: 'done' });
  const citing = { 'In-Reply-To': '<moving@far.example>' };
  await fixture.receive({ subject: 'RE: Fwd: Moving  house', fields: citing });
  expect((await row(id)).newSubject).toBe(null);

  await fixture.receive({ subject: 'Please stop parcel 4711', fields: citing });
  expect(await row(id)).toMatchObject({ subject: 'Moving house', newSubject: 'Please stop parcel 4711' });
  const page = (await fixture.read((tx) => openConversation(tx, id, userId)))!;
  expect(page.messages.map(({ hasNewSubject }) => hasNewSubject)).toEqual([false, false, true]);
  const query = { text: 'subject:"parcel 4711"', userId, timeZone: 'UTC', limit: 10 };
  const found = await fixture.read((tx) => search(tx, query));
  expect(found.conversations.map((one) => one.id)).toEqual([id]);
  expect((await fixture.defaults(id)).subject).toBe('Re: Please stop parcel 4711');

  // Our answer keeps it; what a program answers does not change it.
  await fixture.answer(id, ['ana@far.example']);
  const away = { ...citing, 'Auto-Submitted': 'auto-replied' };
  await fixture.receive({ subject: 'I am away', fields: away });
  expect((await row(id)).newSubject).toBe('Please stop parcel 4711');
  await fixture.receive({ subject: 'Re: Moving house', fields: citing });
  expect((await row(id)).newSubject).toBe(null);
  await fixture.receive({ subject: '', fields: citing });
  expect((await fixture.defaults(id)).subject).toBe('Re: Moving house');
});
