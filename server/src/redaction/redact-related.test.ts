import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redactionMark as mark } from '../mail/redaction/redact-text.ts';
import { findInDatabase } from '../testing/find-in-database.ts';
import { bounceOf, createInboxFixture } from '../testing/inbox-fixture.ts';
import { redactPassage } from './redact-passage.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const only = async (subject: string) => (await fixture.messages(subject))[0]!;
const redact = (messageId: string, passage: string) =>
  fixture.read((tx) =>
    redactPassage(tx, { messageId, passage, everywhere: true }, fixture.admin.actor, new Date()),
  );

type DraftValues = {
  conversationId?: string;
  forwardedId?: string;
  subject?: string;
  html?: string;
  kind?: 'reply' | 'forward' | 'note';
};
async function addDraft(values: DraftValues): Promise<string> {
  const id = uuid();
  const { instanceId, mailboxId, admin } = fixture;
  await fixture.read((tx) =>
    tx.sql
      .insertInto('draft')
      .values({
        instanceId,
        id,
        userId: admin.actor.id,
        kind: 'reply',
        mailboxId,
        recipients: JSON.stringify({ to: [], cc: [], bcc: [] }),
        subject: '',
        html: '',
        version: 3,
        ...values,
      })
      .execute(),
  );
  return id;
}
const draft = (id: string) =>
  fixture.read((tx) => tx.sql.selectFrom('draft').where('id', '=', id).selectAll().executeTakeFirstOrThrow());

test('a passage is redacted in the drafts of the conversation, and in no other', async () => {
  const secret = 'Otter 5512';
  await fixture.receive({ subject: 'With drafts', body: `It is ${secret}.` });
  await fixture.receive({ subject: 'Elsewhere', from: 'Tom <tom@else.example>', body: 'Hello' });
  const { id, conversationId } = await only('With drafts');
  const elsewhere = await only('Elsewhere');
  const inHtml = await addDraft({ conversationId, html: `<p>You wrote ${secret}.</p>` });
  const inSubject = await addDraft({
    kind: 'forward',
    conversationId,
    subject: `Re: ${secret}`,
    html: '<p>Hello</p>',
  });
  const untouched = await addDraft({ kind: 'note', conversationId, html: '<p>Hello</p>' });
  const ofOther = await addDraft({ conversationId: elsewhere.conversationId, html: `<p>${secret}</p>` });
  const forwarding = await addDraft({
    kind: 'forward',
    conversationId: elsewhere.conversationId,
    forwardedId: id,
    html: `<p>See ${secret}</p>`,
  });
  await redact(id, secret);
  expect(await draft(inHtml)).toMatchObject({ html: `<p>You wrote ${mark}.</p>`, version: 4 });
  expect(await draft(inSubject)).toMatchObject({
    subject: `Re: ${mark}`,
    html: '<p>Hello</p>',
    version: 4,
  });
  expect(await draft(untouched)).toMatchObject({ html: '<p>Hello</p>', version: 3 });
  expect(await draft(forwarding)).toMatchObject({ html: `<p>See ${mark}</p>`, version: 4 });
  expect(await draft(ofOther)).toMatchObject({ html: `<p>${secret}</p>`, version: 3 });
  const { rows } = await fixture.needs.deployment.pool.query(
    `select data->>'draftId' as id from event where type = 'draft.changed' and data->>'draftId' = any($1)`,
    [[inHtml, inSubject, untouched, forwarding, ofOther]],
  );
  expect(rows.map((row) => row.id).toSorted()).toEqual([inHtml, inSubject, forwarding].toSorted());
});

test('a passage is redacted in the report about a message, and in one that waits for its message', async () => {
  const secret = 'the other side said no';
  await fixture.receive({
    subject: 'Asks',
    fields: { 'Message-ID': '<asks@far.example>' },
    body: `Is it that ${secret}?`,
  });
  const { id, conversationId } = await only('Asks');
  const sent = await fixture.write(conversationId, ['ana@far.example']);
  await fixture.deliver(sent);
  const rfcMessageId = await fixture.readBack(sent);
  await fixture.receive({ subject: 'Bounce', ...bounceOf(rfcMessageId, 'ana@far.example') });
  expect((await fixture.reports(sent))[0]!.diagnostic).toContain(secret);
  await fixture.receive({
    subject: `Early bounce: ${secret}`,
    ...bounceOf('<not-yet@acme.example>', 'ana@far.example'),
  });
  const waiting = () => fixture.read((tx) => tx.sql.selectFrom('unmatchedReport').select('report').execute());
  expect(JSON.stringify(await waiting())).toContain(secret);

  await redact(id, secret);
  // The bounce is a message of the same conversation.
  expect((await fixture.reports(sent))[0]!.diagnostic).not.toContain(secret);
  expect((await fixture.reports(sent))[0]!.diagnostic).toContain(mark);
  expect(JSON.stringify(await waiting())).toContain(secret);
  await redact((await only(`Early bounce: ${secret}`)).id, secret);
  expect(JSON.stringify(await waiting())).not.toContain(secret);
  expect((await waiting())[0]).toMatchObject({
    report: { recipients: [{ status: '5.1.1' }] },
  });
});

test('a passage is redacted in what is known of messages that Gmail does not return', async () => {
  const secret = 'Heron 9034';
  await fixture.receive({ subject: `About ${secret}`, body: 'Hello' });
  const { id, conversationId } = await only(`About ${secret}`);
  const { instanceId, mailboxId } = fixture;
  const missing = [
    { gmailId: 'a1', subject: `About ${secret}` },
    { gmailId: 'a2', subject: 'Other' },
  ];
  await fixture.needs.deployment.pool.query(
    `insert into unfetched_message (instance_id, mailbox_id, gmail_id, arrived, first_failed_at, last_failed_at, problem, subject)
     values ($1, $2, 'a1', true, now(), now(), '{"code":"google-busy","params":{}}', $3), ($1, $2, 'a2', true, now(), now(), '{"code":"google-busy","params":{}}', 'Other')`,
    [instanceId, mailboxId, `About ${secret}`],
  );
  await fixture.needs.deployment.pool.query(
    `insert into mailbox_check (instance_id, mailbox_id, state, missing, next_check_at)
     values ($1, $2, 'done', $3, now())
     on conflict (instance_id, mailbox_id) do update set missing = excluded.missing`,
    [instanceId, mailboxId, JSON.stringify(missing)],
  );
  await redact(id, secret);
  expect(await findInDatabase(fixture.needs.deployment, secret)).toEqual([]);
  expect(await fixture.conversation(conversationId)).toMatchObject({ subject: `About ${mark}` });
  const subjects = await fixture.read((tx) =>
    tx.sql.selectFrom('unfetchedMessage').select('subject').orderBy('gmailId').execute(),
  );
  expect(subjects.map(({ subject }) => subject)).toEqual([`About ${mark}`, 'Other']);
});
