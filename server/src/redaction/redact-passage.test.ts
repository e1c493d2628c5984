import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAttachment } from '../conversations/files.ts';
import { rowsOf } from '../conversations/list-conversations.ts';
import { timelineMessage } from '../conversations/timeline.ts';
import { attachesAny } from '../mail/redaction/attached-files.ts';
import { fileContains } from '../mail/redaction/find-in-file.ts';
import { passageFinder } from '../mail/redaction/passages.ts';
import { redactionMark as mark } from '../mail/redaction/redact-text.ts';
import { earlierEmails, quoteHistory } from '../outbound/render/quoted-history.ts';
import { findInDatabase } from '../testing/find-in-database.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { deleteAttachment } from './delete-attachment.ts';
import { deleteMessage } from './delete-message.ts';
import { findPassage, redactPassage } from './redact-passage.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const now = new Date();
const only = async (subject: string) => (await fixture.messages(subject))[0]!;
const placesOf = (text: string) => findInDatabase(fixture.needs.deployment, text);

const rfcId = (subject: string) => `<${Buffer.from(subject).toString('hex')}@far.example>`;

/** Receives a secret in every form: two bodies, files, header fields, a nested message, and a quote in a reply. */
async function arriveWith(secret: string, subject: string) {
  const encode = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
  const nested = `From: x@far.example\r\nSubject: inner\r\n\r\nInside: ${secret}`;
  await fixture.receive({
    subject,
    fields: {
      'Message-ID': rfcId(subject),
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/mixed; boundary=m',
      'X-Echo': secret,
    },
    body: [
      '--m\r\nContent-Type: multipart/alternative; boundary=a\r\n',
      `--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encode(`Hello, *${secret}* is it.`)}`,
      `--a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encode(
        `<p>Hello, <b>${secret.slice(0, 4)}</b>${secret.slice(4)} is it. <a href="https://x.example/?${encodeURIComponent(secret)}">x</a></p>`,
      )}`,
      '--a--',
      `--m\r\nContent-Type: text/csv; name="list ${secret}.csv"\r\nContent-Disposition: attachment\r\n\r\na,${secret},b`,
      `--m\r\nContent-Type: application/x-thing; name=thing.bin\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${encode(`\x00\x01${secret}\x00`)}`,
      `--m\r\nContent-Type: message/rfc822\r\n\r\n${nested}`,
      '--m--',
    ].join('\r\n'),
  });
  await fixture.receive({
    subject: `Re: ${subject}`,
    from: 'Ana <ana@far.example>',
    fields: { 'In-Reply-To': rfcId(subject) },
    body: `And this? My ${secret.slice(0, 6)} too.\r\n\r\nOn Tuesday Ana wrote:\r\n> Hello, ${secret} is it.`,
  });
}

test('a redacted passage is in no table, also after a full sync', async () => {
  const secret = 'Zebra crossing 4711';
  await arriveWith(secret, 'Everything');
  const message = await only('Everything');
  const { conversationId } = message;
  await fixture.write(conversationId, ['ana@far.example']);
  const before = await placesOf(secret);
  expect(before).toEqual(
    expect.arrayContaining([
      'attachment.filename',
      'blob.bytes',
      'message.body_html',
      'message.body_text',
      'raw_message.zstd',
    ]),
  );

  const places = await fixture.read((tx) => findPassage(tx, { messageId: message.id, passage: secret }));
  expect(places.count).toBeGreaterThan(0);
  expect(places.otherMessages).toHaveLength(1);
  expect(places.files).toHaveLength(3);
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: message.id, passage: secret, everywhere: true }, fixture.admin.actor, now),
  );
  expect(await placesOf(secret)).toEqual([]);

  const shown = await fixture.read((tx) => timelineMessage(tx, message.id));
  expect(shown).toMatchObject({ text: expect.stringContaining(`Hello, ${mark} is it.`), deleted: false });
  expect(shown!.redactions).toEqual([{ kind: 'passage', by: fixture.admin.actor.name, at: now }]);
  expect(shown!.html).toContain(mark);
  expect(shown!.attachments.map(({ filename }) => filename)).toContain(`list ${mark}.csv`);
  const reply = await only('Re: Everything');
  expect(reply.bodyText).toContain(`> Hello, ${mark} is it.`);
  expect(reply.snippet).toBe('And this? My Zebra too. On Tuesday Ana wrote:'.slice(0, reply.snippet.length));

  // Neither is it in what a reply quotes, nor after a full sync of the mailbox.
  const earlier = await fixture.read((tx) =>
    earlierEmails(
      tx,
      conversationId,
      { sentAt: new Date(), id: message.id, recipients: { to: [], cc: [], bcc: [] } },
      { language: null, utcOffset: null },
    ),
  );
  expect(quoteHistory(earlier)!.html).not.toContain('4711');
  await fixture.needs.deployment.pool.query('update mailbox set cursor = 1');
  await fixture.sync();
  expect(await placesOf(secret)).toEqual([]);
  expect(await fixture.messages('Everything')).toHaveLength(1);
});

test('without `everywhere` other messages keep the passage', async () => {
  const secret = 'Giraffe neck 88';
  await arriveWith(secret, 'One alone');
  const { id } = await only('One alone');
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: id, passage: secret, everywhere: false }, fixture.admin.actor, now),
  );
  expect(await placesOf(secret)).not.toContain('blob.bytes');
  const reply = await only('Re: One alone');
  expect(reply.bodyText).toContain(secret);
  expect(reply.redactedAt).toBeNull();
});

test('a deleted message keeps its row and ids, but no content', async () => {
  const secret = 'Lynx ear tuft 3';
  await arriveWith(secret, 'Delete me');
  const { id, conversationId } = await only('Delete me');
  const reply = await only('Re: Delete me');
  await fixture.read(async (tx) => {
    await deleteMessage(tx, reply.id, fixture.admin.actor, now);
    await deleteMessage(tx, id, fixture.admin.actor, now);
    await deleteMessage(tx, id, fixture.admin.actor, now);
  });
  expect(await placesOf(secret)).toEqual([]);
  expect(await placesOf('Delete me')).toEqual([]);
  const shown = await fixture.read((tx) => timelineMessage(tx, id));
  expect(shown).toMatchObject({ text: '', html: null, deleted: true, attachments: [], subject: '' });
  expect(shown!.redactions).toEqual([{ kind: 'message', by: fixture.admin.actor.name, at: now }]);
  expect(await fixture.conversation(conversationId)).toMatchObject({ snippet: '', subject: '' });
  await fixture.needs.deployment.pool.query('update mailbox set cursor = 1');
  await fixture.sync();
  expect(await placesOf(secret)).toEqual([]);
  // A reply to it still finds its conversation.
  await fixture.receive({
    subject: 'Still there',
    fields: { 'In-Reply-To': rfcId('Delete me'), References: rfcId('Delete me') },
  });
  expect((await only('Still there')).conversationId).toBe(conversationId);
});

test('after a message is deleted, the row of its conversation shows the others', async () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute)).toUTCString();
  await fixture.receive({ subject: 'Wrong order', body: 'First', fields: { Date: at(1) } });
  const { id: first, conversationId } = await only('Wrong order');
  const cited = (await fixture.messages('Wrong order'))[0]!.rfcMessageId;
  await fixture.receive({
    subject: 'A new question',
    body: 'Second',
    fields: { Date: at(2), 'In-Reply-To': cited! },
  });
  const second = await only('A new question');
  expect(second.conversationId).toBe(conversationId);
  const rowNow = () =>
    fixture.read(async (tx) => (await rowsOf(tx, fixture.admin.actor.id!, [conversationId]))[0]!);
  const before = await rowNow();
  expect(before).toMatchObject({ subject: 'Wrong order', newSubject: 'A new question', snippet: 'Second' });

  await fixture.read((tx) => deleteMessage(tx, second.id, fixture.admin.actor, now));
  const older = await rowNow();
  expect(older).toMatchObject({ subject: 'Wrong order', newSubject: null, snippet: 'First' });
  expect(older.lastMessageAt < before.lastMessageAt).toBe(true);
  expect(older.waitingSince).toEqual(before.waitingSince);

  await fixture.receive({
    subject: 'A third question',
    body: 'Third',
    fields: { Date: at(3), 'In-Reply-To': cited! },
  });
  await fixture.read((tx) => deleteMessage(tx, first, fixture.admin.actor, now));
  const newer = await rowNow();
  expect(newer).toMatchObject({ subject: 'A third question', newSubject: null, snippet: 'Third' });
  expect(newer.waitingSince).toEqual(newer.lastMessageAt);

  const { id: third } = await only('A third question');
  await fixture.read((tx) => deleteMessage(tx, third, fixture.admin.actor, now));
  expect(await rowNow()).toMatchObject({ subject: '', snippet: '', waitingSince: null, unread: false });
});

test('deletes an attachment with its copies, also from the raw copy', async () => {
  const file = (subject: string) => ({
    subject,
    fields: {
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/mixed; boundary=m',
      'Message-ID': rfcId(subject),
      'In-Reply-To': rfcId('file-1'),
    },
    body: '--m\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--m\r\nContent-Type: application/pdf; name=passport.pdf\r\n\r\npassport of nobody\r\n--m--',
  });
  await fixture.receive(file('file-1'));
  await fixture.receive(file('file-2'));
  const { id } = await only('file-1');
  const shown = await fixture.read((tx) => timelineMessage(tx, id));
  const attachmentId = shown!.attachments[0]!.id;
  await fixture.read((tx) =>
    deleteAttachment(tx, { attachmentId, everywhere: true }, fixture.admin.actor, now),
  );
  expect(await placesOf('passport of nobody')).toEqual([]);
  const after = await fixture.read((tx) => timelineMessage(tx, id));
  expect(after).toMatchObject({
    text: 'See the file.',
    attachments: [],
    redactions: [{ kind: 'attachment' }],
  });
});

test('a redacted passage and a deleted file are not in attached messages either', async () => {
  const secret = 'Walrus 0815';
  const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
  const encoded = 'Content-Transfer-Encoding: base64\r\n';
  const file = `Content-Type: application/pdf; name=pass.pdf\r\n${encoded}\r\n${base64('pass of nobody')}`;
  const nested = (inner: string) =>
    `Subject: in\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\n${encoded}\r\n${base64(`It is ${secret}.`)}\r\n${inner}--n--`;
  const deep = nested(`--n\r\n${file}\r\n`);
  const outer = nested(
    `--n\r\nContent-Type: application/octet-stream; name=deep.eml\r\n${encoded}\r\n${base64(deep)}\r\n`,
  );
  await fixture.receive({
    subject: 'Attached twice',
    fields: { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=m' },
    body: [
      `--m\r\n\r\nHere: ${secret}`,
      `--m\r\n${file}`,
      `--m\r\nContent-Type: message/rfc822\r\n${encoded}\r\n${base64(deep)}`,
      `--m\r\nContent-Type: message/rfc822\r\n${encoded}\r\n${base64(outer)}`,
      `--m\r\nContent-Type: text/csv; name=list.csv\r\n${encoded}\r\n${base64(Buffer.from(`\ufeffa;${secret};ü`, 'utf16le'))}`,
      '--m--',
    ].join('\r\n'),
  });
  const { id } = await only('Attached twice');
  const files = async () => {
    const shown = await fixture.read((tx) => timelineMessage(tx, id));
    return Promise.all(
      shown!.attachments.map((each) =>
        openAttachment(fixture.needs.database, fixture.instanceId, each.id).then((row) => row!),
      ),
    );
  };
  const passport = (await fixture.read((tx) => timelineMessage(tx, id)))!.attachments[0]!.id;
  await fixture.read((tx) =>
    deleteAttachment(tx, { attachmentId: passport, everywhere: false }, fixture.admin.actor, now),
  );
  const [first, second] = await files();
  for (const { bytes } of [first!, second!])
    expect(await attachesAny(bytes, [createHash('sha256').update('pass of nobody').digest()])).toBe(false);
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: id, passage: secret, everywhere: false }, fixture.admin.actor, now),
  );
  const left = await files();
  expect(left.map(({ filename }) => filename)).toEqual(['in.eml', 'in.eml', 'list.csv']);
  for (const each of left) expect(await fileContains(each, passageFinder(secret))).toBe(false);
  expect(left[2]!.bytes.toString()).toBe(`a;${mark};ü`);
});

test('refuses passages not found, too short, or not sent yet', async () => {
  await fixture.receive({ subject: 'Refused', body: 'There is an answer here.' });
  const { id, conversationId } = await only('Refused');
  const sent = await fixture.write(conversationId, ['ana@far.example']);
  const redact = (messageId: string, passage: string) =>
    fixture.read((tx) =>
      redactPassage(tx, { messageId, passage, everywhere: true }, fixture.admin.actor, now),
    );
  await expect(redact(id, 'an')).rejects.toMatchObject({ problem: { code: 'passage-too-short' } });
  await expect(redact(id, 'no such words')).rejects.toMatchObject({ problem: { code: 'passage-not-found' } });
  await expect(redact(id, 'an answer')).rejects.toMatchObject({ problem: { code: 'message-not-sent-yet' } });
  await expect(fixture.read((tx) => deleteMessage(tx, sent, fixture.admin.actor, now))).rejects.toMatchObject(
    {
      problem: { code: 'message-not-sent-yet' },
    },
  );
  expect((await only('Refused')).bodyText).toContain('an answer');
  await fixture.deliver(sent);
  await redact(id, 'an answer');
  expect((await only('Refused')).bodyText.trim()).toBe(`There is ${mark} here.`);
  const answer = await fixture.read((tx) => timelineMessage(tx, sent));
  expect(answer).toMatchObject({ text: mark, html: `<p>${mark}</p>` });
});

test('card numbers are redacted when messages are stored, if set', async () => {
  const card = '4111 1111 1111 1111';
  await fixture.receive({ subject: 'Card kept', body: `It is ${card}.` });
  expect((await only('Card kept')).bodyText).toContain(card);
  await fixture.read((tx) =>
    tx.sql
      .insertInto('instanceSetting')
      .values({ instanceId: fixture.instanceId, newConversationAfterDays: null, redactCards: true })
      .onConflict((conflict) => conflict.column('instanceId').doUpdateSet({ redactCards: true }))
      .execute(),
  );
  const { id: kept } = await only('Card kept');
  await fixture.read((tx) =>
    redactPassage(tx, { messageId: kept, passage: card, everywhere: true }, fixture.admin.actor, now),
  );
  await fixture.receive({ subject: 'Card gone', body: `It is ${card}, order 1234567890123456.` });
  const message = await only('Card gone');
  expect(message.bodyText.trim()).toBe(`It is ${mark}1111, order 1234567890123456.`);
  expect(await placesOf(card)).toEqual([]);
  const shown = await fixture.read((tx) => timelineMessage(tx, message.id));
  expect(shown!.redactions).toMatchObject([{ kind: 'cards', by: '' }]);
});
