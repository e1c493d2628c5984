import { afterAll, beforeAll, expect, test } from 'vitest';
import { countViews } from '../../conversations/count-views.ts';
import { listConversations } from '../../conversations/list-conversations.ts';
import type { View } from '../../conversations/views.ts';
import { defaultReceivingSettings } from '../../instances/receiving-settings.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';

const form = 'Shop <no-reply@shop.example>';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let userId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  userId = fixture.admin.browser.userId;
});
afterAll(() => fixture?.close());

const subjectsIn = async (view: View) => {
  const page = await fixture.read((tx) => listConversations(tx, { view, userId, limit: 100 }));
  return page.conversations.map(({ subject }) => subject).sort();
};
const ask = (subject: string, replyTo: string) =>
  fixture.send({ from: form, subject, fields: { 'Reply-To': replyTo } });

test('each enquiry of a busy form is an open conversation', async () => {
  const questions = Array.from(
    { length: defaultReceivingSettings.messagesPerHour + 4 },
    (_, n) => `Order ${n}`,
  );
  for (const [n, subject] of questions.entries()) ask(subject, `Buyer <buyer${n}@home.example>`);
  await fixture.sync();
  expect(await subjectsIn('open')).toEqual(questions.toSorted());
});

test('what a limit holds back is open, unread and counted, also after it was done', async () => {
  await fixture.settings({ messagesPerHour: 2, formMessagesPerHour: 1_000 });
  for (const n of [1, 2, 3, 4]) ask(`Loop ${n}`, 'robot@loop.example');
  await fixture.sync();
  const held = await fixture.conversationOf('Loop 3');
  expect(held).toMatchObject({ status: 'open', quietFor: 'robot@loop.example' });
  expect((await fixture.conversationOf('Loop 4')).id).toBe(held.id);
  expect(await subjectsIn('quiet')).toEqual([held.subject]);
  expect(await subjectsIn('open')).toContain(held.subject);
  expect((await fixture.read((tx) => countViews(tx, userId))).quiet).toBe(1);
  await fixture.change(held.id, { status: 'done' });
  ask('Loop 5', 'robot@loop.example');
  await fixture.sync();
  const page = await fixture.read((tx) => listConversations(tx, { view: 'quiet', userId, limit: 100 }));
  expect(page.conversations).toMatchObject([
    { id: held.id, status: 'open', unread: true, quietFor: 'robot@loop.example' },
  ]);
});

test('a form that exceeds its own limit is held back as one', async () => {
  await fixture.settings({ messagesPerHour: 20, formMessagesPerHour: 1 });
  const from = 'Other <no-reply@other.example>';
  for (const n of [1, 2, 3]) {
    fixture.send({ from, subject: `Form ${n}`, fields: { 'Reply-To': `buyer${n}@home.example` } });
  }
  await fixture.sync();
  expect((await fixture.conversationOf('Form 1')).quietFor).toBe(null);
  const held = await fixture.conversationOf('Form 2');
  expect(held).toMatchObject({ status: 'open', quietFor: 'no-reply@other.example' });
  expect((await fixture.conversationOf('Form 3')).id).toBe(held.id);
});
