import { simpleParser } from 'mailparser';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { ownParts } from '../../mail/quoting/own-parts.ts';
import { deleteMessage } from '../../redaction/delete-message.ts';
import { redactPassage } from '../../redaction/redact-passage.ts';
import { saveTemplate } from '../../templates/templates.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { composeReply, type Reply } from '../compose/compose.ts';
import { composeNote } from '../compose/compose-note.ts';
import { rescheduleOrCancel } from '../deliveries/reschedule-or-cancel.ts';

/** Messages as the customer receives them, parsed by another library than ours (mailparser). */

const ana = 'ana.silva@mail.example';
let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let author: { id: string; name: string; email: string };
let conversationId: string;
let subject: string;
let count = 0;

beforeAll(async () => {
  fixture = await createInboxFixture();
  author = { id: fixture.admin.actor.id, name: 'Jörg Müßig', email: 'joerg@acme.example' };
  await fixture.needs.deployment.pool.query('update users set name = $1', [author.name]);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  subject = `Größe des Pakets – 荷物 ${count}`;
  await settings({ threading: 'single', templateId: null, displayName: 'Acme Support' });
  await asks(subject);
});

const settings = (values: {
  threading?: 'single' | 'history';
  templateId?: string | null;
  displayName?: string;
}) =>
  fixture.read((tx) =>
    tx.sql.updateTable('mailbox').set(values).where('id', '=', fixture.mailboxId).execute(),
  );

/** Ana starts a conversation. */
async function asks(about: string, body = 'Where is it?', fields: Record<string, string> = {}) {
  const encoded = `=?utf-8?b?${Buffer.from(about).toString('base64')}?=`;
  await fixture.receive({
    from: `=?utf-8?q?Ana_Garc=C3=ADa?= <${ana}>`,
    subject: encoded,
    fields: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Message-ID': `<ask${count}@far.example>`,
      ...fields,
    },
    body,
  });
  conversationId = (await fixture.conversationOf(about)).id;
}

async function write(html: string, more: Partial<Reply> = {}): Promise<string> {
  const id = uuid();
  const { mailboxId } = fixture;
  const reply = {
    id,
    conversationId,
    mailboxId,
    to: [ana],
    cc: [],
    bcc: [],
    html,
    author,
    now: new Date(),
    ...more,
  };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  return id;
}
/** Writes and sends a reply; returns the bytes given to Gmail and what Ana reads. */
async function sent(html: string, more: Partial<Reply> = {}) {
  await fixture.deliver(await write(html, more));
  return arrived();
}
async function arrived() {
  const { simulator } = fixture.google;
  const newest = (of: string, label?: string) =>
    rawOf(simulator, of, messagesWith(simulator, of, { limit: 1, ...(label && { label }) })[0]!.id);
  return { raw: newest('support@acme.example', 'SENT'), mail: await simpleParser(newest(ana)) };
}

/** What a strict server would reject (RFC 5322, sections 2.1.1 and 2.2.3; RFC 2045, section 6). */
function isWellFormed(raw: Uint8Array): void {
  const text = Buffer.from(raw).toString('latin1');
  expect(text).not.toMatch(/[^\r]\n|\r[^\n]/);
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every server accepts 7-bit characters only
  expect(head).not.toMatch(/[^\x00-\x7f]/);
  for (const line of head.split('\r\n')) {
    // Added by Gmail.
    if (/^(From|Message-ID):/.test(line)) continue;
    expect(line).toMatch(/^([!-9;-~]+:|[ \t]+\S)/);
    // A token that cannot be folded may be longer: an id, an address.
    if (line.length > 78) expect(line.trim().split(/\s+/).length).toBeLessThanOrEqual(2);
  }
  const parts = text.matchAll(/content-transfer-encoding: *(\S+)/gi);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every server accepts 7-bit characters only
  if (/[^\x00-\x7f]/.test(text)) expect([...parts].map(([, how]) => how!.toLowerCase())).toContain('8bit');
}

test('a plain reply has any script and both alternatives, in its thread', async () => {
  await settings({ displayName: 'Ækme »Hilfe«, Größe & Co' });
  const { raw, mail } = await sent(`<p>Grüße aus Köln – 日本 😀</p><p>${'Ein langes Wort '.repeat(90)}</p>`);
  isWellFormed(raw);
  expect(mail.from?.value).toEqual([{ name: 'Ækme »Hilfe«, Größe & Co', address: 'support@acme.example' }]);
  expect(mail.subject).toBe(`Re: ${subject}`);
  expect(mail.inReplyTo).toBe(`<ask${count}@far.example>`);
  expect(mail.references).toBe(`<ask${count}@far.example>`);
  expect(mail.text).toContain('Grüße aus Köln – 日本 😀');
  expect(mail.html).toContain('<p>Grüße aus Köln – 日本 😀</p>');
  // The template Blank adds no words.
  expect(mail.html).toMatch(/^<!doctype html>\n<html lang="de" dir="ltr">/);
  expect((mail.html as string).replace(/<head>.*<\/head>|<[^>]*>|\s/gs, '')).toBe(
    `Grüße aus Köln – 日本 😀${'Ein langes Wort '.repeat(90)}`.replace(/\s/g, ''),
  );
});

test('both alternatives of a reply with a template have the same text', async () => {
  const template = {
    name: `Brand ${count}`,
    html: '<html><head><style>h1{color:#0f6b63}</style></head><body><h1>Ækme</h1>{{draft.htmlBody}}<p>{{user.name}} für {{customer.firstName}}</p></body></html>',
  };
  const templateId = await fixture.read((tx) => saveTemplate(tx, null, template, fixture.admin.actor));
  await settings({ templateId });
  const { raw, mail } = await sent('<p>Ihr <b>Päckchen</b></p>');
  isWellFormed(raw);
  expect(mail.html).toContain('<h1 style="color: #0f6b63;">Ækme</h1>');
  expect(mail.html).toContain('<p>Jörg Müßig für Ana</p>');
  expect(mail.text).toMatch(/Ækme\s+Ihr Päckchen\s+Jörg Müßig für Ana/);
});

test('References of a long thread stay complete within their limit', async () => {
  const chain = Array.from({ length: 60 }, (_, at) => `<${at}.${'x'.repeat(60)}@far.example>`);
  count += 1;
  subject = `Long ${count}`;
  await asks(subject, 'Again', { References: chain.join('\r\n ') });
  const { raw, mail } = await sent('<p>Hello</p>');
  isWellFormed(raw);
  const cited = mail.references as string[];
  expect(cited[0]).toBe(chain[0]);
  expect(cited.slice(-2)).toEqual([chain.at(-1), `<ask${count}@far.example>`]);
  expect(cited.length).toBe(30);
});

test('history is newest first, attributed, each once, without private parts', async () => {
  await settings({ threading: 'history' });
  await fixture.deliver(await write('<p>First <i>answer</i></p>', { bcc: ['secret.partner@far.example'] }));
  const note = { id: uuid(), conversationId, html: '<p>note to ourselves</p>', author, now: new Date() };
  await fixture.read((tx) => composeNote(tx, note));
  await fixture.receive({
    from: `Ana <${ana}>`,
    subject: 'Re: it',
    fields: { 'In-Reply-To': `<ask${count}@far.example>`, 'Message-ID': `<more${count}@far.example>` },
    body: 'My card is 4711-secret. Thanks.\r\n\r\nOn Monday, Acme wrote:\r\n> First answer',
  });
  const deleted = await write('<p>sent by mistake</p>');
  await fixture.deliver(deleted);
  const cancelled = await write('<p>never sent</p>', { sendTime: { undoSeconds: 30 } });
  const order = { decision: { kind: 'cancel' }, actorId: author.id, now: new Date() } as const;
  await fixture.read((tx) => rescheduleOrCancel(tx, cancelled, order, fixture.enqueue));
  const [more] = await fixture.messages('Re: it');
  const passage = { messageId: more!.id, passage: '4711-secret', everywhere: true };
  await fixture.read(async (tx) => {
    await redactPassage(tx, passage, fixture.admin.actor, new Date());
    await deleteMessage(tx, deleted, fixture.admin.actor, new Date());
  });

  const { raw, mail } = await sent('<p>Second answer</p>');
  isWellFormed(raw);
  const html = mail.html as string;
  for (const content of [html, mail.text!]) {
    for (const privateText of ['note to ourselves', '4711', 'by mistake', 'never sent', 'secret.partner']) {
      expect(content).not.toContain(privateText);
    }
    const order = ['Second answer', 'Thanks.', 'First', 'Where is it?'].map((text) => content.indexOf(text));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    // Ana's quote of it is left out.
    expect(content.split('First').length).toBe(2);
  }
  // Gmail and Outlook on the web fold by the class, Apple Mail by blockquote of type cite.
  expect(html.match(/<div class="gmail_quote gmail_quote_container">/g)).toHaveLength(1);
  expect(html.match(/<blockquote class="gmail_quote" type="cite"/g)).toHaveLength(3);
  expect(html).toContain('First <i>answer</i>');
  expect(mail.text).toMatch(
    /On \d+ \w+ 20\d\d, \d\d:\d\d UTC, Ana <ana\.silva@mail\.example> wrote:\n> My card is/,
  );
  expect(mail.text).toMatch(/^> First answer$/m);
});

test('history has only what every recipient wrote or received', async () => {
  await settings({ threading: 'history' });
  const thread = { 'In-Reply-To': `<ask${count}@far.example>` };
  await fixture.receive({
    from: 'Bo <bo@far.example>',
    subject: 'Re: it',
    fields: thread,
    body: 'Words of Bo',
  });
  const supplier = 'supplier@far.example';
  await fixture.deliver(await write('<p>Words to the supplier</p>', { to: [supplier] }));
  await fixture.receive({ from: supplier, subject: 'Re: it', fields: thread, body: 'Words of the supplier' });

  const { mail } = await sent('<p>For Ana</p>');
  for (const content of [mail.html as string, mail.text!]) {
    expect(content).toContain('Where is it?');
    expect(content).not.toMatch(/Words (of|to)/);
  }
  // Bo received neither Ana's question nor the answer to it.
  const { mail: both } = await sent('<p>For both</p>', { cc: ['bo@far.example'] });
  expect(both.text).not.toMatch(/Where is it|For Ana|Words (of|to)/);
});

test('above the limit the oldest history is left out, and a line says so', async () => {
  await settings({ threading: 'history' });
  for (let n = 1; n <= 4; n += 1) {
    await fixture.receive({
      from: `Ana <${ana}>`,
      subject: 'Re: it',
      fields: { 'In-Reply-To': `<ask${count}@far.example>`, 'Message-ID': `<l${count}-${n}@far.example>` },
      body: `Part ${n}.\r\n${`${'word '.repeat(15)}\r\n`.repeat(400)}`,
    });
  }
  const { raw, mail } = await sent('<p>All of it</p>');
  isWellFormed(raw);
  const html = mail.html as string;
  expect(Buffer.byteLength(html)).toBeLessThan(102_000);
  for (const content of [html, mail.text!]) {
    expect(content).toContain('Part 4.');
    expect(content).not.toContain('Part 1.');
    expect(content).not.toContain('Where is it?');
    expect(content.trimEnd()).toMatch(/Older messages are left out\.(<\/div>|<\/body>|<\/html>)*$/);
  }
});

test('a message has no tracking, no receipt request and no changed links', async () => {
  await settings({ threading: 'history' });
  const link = '<a href="https://acme.example/track?order=12&amp;utm=no">your order</a>';
  const { raw, mail } = await sent(`<p>See ${link}.</p>`);
  expect(mail.html).toContain(link);
  expect(mail.html).not.toMatch(/<img|<script|<iframe|<link|url\(|background=/i);
  // Every URL in it is one that was written.
  expect([...(mail.html as string).matchAll(/https?:\/\/[^"'\s<]*/g)].map(([url]) => url)).toEqual([
    'https://acme.example/track?order=12&amp;utm=no',
  ]);
  const names = [...mail.headers.keys()];
  for (const asks of [
    'disposition-notification-to',
    'return-receipt-to',
    'x-confirm-reading-to',
    'x-pmrqc',
  ]) {
    expect(names).not.toContain(asks);
  }
  expect(names.filter((name) => name.startsWith('x-'))).toEqual(['x-postroom-delivery']);
  expect(Buffer.from(raw).toString()).not.toMatch(/pixel|beacon/i);
});

test('history is in the language and on the clock of the customer', async () => {
  await settings({ threading: 'history' });
  count += 1;
  subject = `Fragen ${count}`;
  await asks(subject, 'Guten Tag, mein Paket ist noch nicht angekommen.', {
    Date: 'Tue, 03 Mar 2026 08:30:00 +0500',
  });
  await fixture.needs.deployment.pool.query(
    `update message set sent_at = '2026-03-03T03:30:00Z' where subject = $1`,
    [subject],
  );
  const { mail } = await sent('<p>Es kommt heute.</p>');
  const line = 'Am 03.03.2026, 08:30 schrieb Ana García <ana.silva@mail.example>:';
  expect(mail.text).toContain(`\n${line}\n> Guten Tag`);
  expect(mail.html).toContain(line.replace('<', '&lt;').replace('>', '&gt;'));
  // A later reply is recognized as one.
  const reply = ownParts({ text: `Danke!\n\n${line}\n> Guten Tag`, html: null, fromHtml: false }, 'reply');
  expect(reply.ownText).toBe('Danke!');
});

test('in a language without a catalogue the attribution has no words', async () => {
  await settings({ threading: 'history' });
  count += 1;
  subject = `Preguntas ${count}`;
  await asks(subject, 'Buenos días, ¿dónde está mi paquete? Todavía no ha llegado.');
  const { mail } = await sent('<p>Llega hoy.</p>');
  expect(mail.text).toMatch(
    /\n\d+ \w+ 20\d\d, \d+:\d\d UTC, Ana García <ana\.silva@mail\.example>:\n> Buenos/,
  );
});

test('a quoted mail that quotes keeps its levels', async () => {
  await settings({ threading: 'history' });
  count += 1;
  subject = `Levels ${count}`;
  await asks(subject, '> > What color?\r\n> Which size?\r\nLarge, please.\r\n> And <when>?\r\nToday.');
  const { mail } = await sent('<p>Done.</p>');
  expect(mail.text).toContain('>> > What color?\n>> Which size?\n> Large, please.\n>> And <when>?\n> Today.');
  const html = (mail.html as string).replace(/ style="[^"]*"/g, '');
  const cite = '<blockquote type="cite">';
  expect(html).toContain(
    `${cite}${cite}What color?</blockquote>Which size?</blockquote>Large, please.${cite}And &lt;when&gt;?</blockquote>Today.</blockquote>`,
  );
});

test('history stands inside the frame of the template, above its footer', async () => {
  const template = {
    name: `Frame ${count}`,
    html: '<html lang="en"><body style="background:#123"><table width="600"><tr><td>{{draft.htmlBody}}</td></tr><tr><td>Acme Ltd</td></tr></table></body></html>',
  };
  const templateId = await fixture.read((tx) => saveTemplate(tx, null, template, fixture.admin.actor));
  await settings({ templateId, threading: 'history' });
  const { mail } = await sent('<p>It left today.</p>');
  expect(mail.html).toMatch(
    /<td><p>It left today\.<\/p><div class="gmail_quote gmail_quote_container">.*Where is it\?.*<\/div><\/td><\/tr><tr><td>Acme Ltd/s,
  );
  expect(mail.text).toMatch(/^It left today\.\s+Acme Ltd\s+On .* wrote:\n> Where is it\?/);
});
