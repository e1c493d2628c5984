import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepBlobs } from '../drafts/blobs.ts';
import { createMailFlowFixture, only } from '../testing/mail-flow-fixture.ts';
import { applyRetention, changeRetention, previewRetention, readRetention } from './retention.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(() => fixture?.close());

const running = new AbortController().signal;
const apply = () => applyRetention(fixture.needs, new Date(), running);
const query = async (text: string) => (await fixture.needs.deployment.pool.query(text)).rows;
const subjects = async () =>
  (await query('select subject from conversation order by subject')).map(({ subject }) => subject);
const done = (subject: string, daysAgo: number) =>
  query(`update conversation set status = 'done', done_at = now() - interval '${daysAgo} days',
    last_message_at = now() - interval '${daysAgo} days' where subject = '${subject}'`);

test('conversations that are done for long are deleted, and their mail is not stored again', async () => {
  for (const subject of ['old', 'older', 'recent', 'open', 'draft', 'unsent', 'newer mail']) {
    fixture.arrive({
      Subject: subject,
      From: `${subject.replace(' ', '')} <${subject.replace(' ', '')}@far.example>`,
    });
  }
  await fixture.sync();
  for (const [subject, days] of [
    ['old', 31],
    ['older', 40],
    ['recent', 29],
    ['draft', 50],
    ['unsent', 50],
    ['newer mail', 50],
  ] as const) {
    await done(subject, days);
  }
  await query(`update conversation set last_message_at = now() where subject = 'newer mail'`);
  await query(`insert into draft (instance_id, id, user_id, conversation_id, kind)
    select instance_id, gen_random_uuid(), (select id from users limit 1), id, 'reply' from conversation where subject = 'draft'`);
  await query(`insert into delivery (instance_id, message_id, mailbox_id, state)
    select m.instance_id, m.id, c.mailbox_id, 'held' from message m join conversation c on c.id = m.conversation_id
    where c.subject = 'unsent'`);

  // Off until an admin switches it on.
  await apply();
  expect((await subjects()).length).toBe(7);
  expect(await fixture.read((tx) => readRetention(tx))).toEqual({ days: null });
  const preview = await fixture.read((tx) => previewRetention(tx, 30, new Date()));
  expect(preview).toEqual({
    conversations: 2,
    messages: 2,
    examples: [expect.objectContaining({ subject: 'older' }), expect.objectContaining({ subject: 'old' })],
  });
  expect(await fixture.read((tx) => previewRetention(tx, 365, new Date()))).toEqual({
    conversations: 0,
    messages: 0,
    examples: [],
  });

  await fixture.read((tx) => changeRetention(tx, { days: 30 }, fixture.admin.actor));
  await apply();
  const kept = ['draft', 'newer mail', 'open', 'recent', 'unsent'];
  expect(await subjects()).toEqual(kept);
  await sweepBlobs(fixture.needs.deployment);
  expect(only(await query(`select count(*)::int as count from raw_message`)).count).toBe(kept.length);

  // Neither a full sync nor another turn brings back what was deleted.
  await query('update mailbox set cursor = 1');
  await fixture.sync();
  await apply();
  expect(await subjects()).toEqual(kept);

  const entries = await query(
    `select action, actor_name, before, after from audit_entry where action like 'retention.%' order by at, id`,
  );
  expect(entries).toEqual([
    expect.objectContaining({ action: 'retention.changed', before: { days: null }, after: { days: 30 } }),
    expect.objectContaining({
      action: 'retention.conversations-deleted',
      actor_name: 'Postroom',
      after: { days: 30, conversations: 2 },
    }),
  ]);
});

test('more than a slice is deleted in one turn', async () => {
  await query(`insert into conversation (instance_id, id, customer_id, mailbox_id, subject, status, done_at, last_message_at)
    select instance_id, gen_random_uuid(), customer_id, mailbox_id, 'many', 'done', now() - interval '60 days', now() - interval '60 days'
    from conversation, generate_series(1, 45) where subject = 'open'`);
  await apply();
  expect(await subjects()).not.toContain('many');
});
