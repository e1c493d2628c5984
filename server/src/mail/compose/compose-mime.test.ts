import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { checkRecipient, normalizeAddress } from '../mime/addresses.ts';
import { readMimeTree } from '../mime/mime-tree.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { composeMime, type OutgoingMail } from './compose-mime.ts';

const support = { name: 'Acme Support', address: 'support@acme.example' };
const ana = { name: 'Ana García, Dr.', address: 'ana@example.com' };
const plain: OutgoingMail = {
  from: support,
  replyTo: null,
  to: [ana],
  cc: [],
  bcc: [],
  subject: 'Your order',
  text: 'Hello',
  html: null,
  inReplyTo: null,
  references: [],
  headers: {},
  date: new Date('2026-03-01T10:00:00Z'),
};

test('two parsers read what was composed', async () => {
  const raw = await composeMime({
    ...plain,
    replyTo: support,
    cc: [{ name: 'Zoë "Z" Ørsted', address: 'zoe@bücher.example' }],
    bcc: [{ name: '', address: 'secret@example.com' }],
    subject: 'Re: Größe – 日本語の件名がここにありますから長い件名になりますよ本当に',
    text: `Grüße\n${'a long line '.repeat(200)}`,
    html: `<p>Grüße <img src="cid:ball@postroom"></p>`,
    inReplyTo: '<one@example.com>',
    references: ['<zero@example.com>', '<one@example.com>'],
    headers: {
      'X-Postroom-Delivery': '0198c2a0-0000-7000-8000-000000000000',
      'Auto-Submitted': 'auto-replied',
    },
    attachments: [
      {
        filename: 'ball.png',
        mediaType: 'image/png',
        contentId: 'ball@postroom',
        bytes: Buffer.from([1, 2, 3]),
      },
      {
        filename: 'Rechnung März.pdf',
        mediaType: 'application/pdf',
        contentId: null,
        bytes: Buffer.from('%PDF'),
      },
    ],
  });
  const ours = await parseMime(raw);
  const theirs = await simpleParser(raw);
  if (ours.kind !== 'parsed') throw new Error(ours.reason);
  expect(ours.subject).toBe('Re: Größe – 日本語の件名がここにありますから長い件名になりますよ本当に');
  expect(theirs.subject).toBe(ours.subject);
  expect(ours.from).toEqual(support);
  expect(ours.to).toEqual([ana]);
  expect(ours.cc).toEqual([{ name: 'Zoë "Z" Ørsted', address: 'zoe@xn--bcher-kva.example' }]);
  expect(ours.bcc).toEqual([{ name: '', address: 'secret@example.com' }]);
  expect(theirs.from?.value[0]).toMatchObject({ name: 'Acme Support', address: 'support@acme.example' });
  expect(ours.replyTo).toEqual([support]);
  expect(ours.inReplyTo).toBe('<one@example.com>');
  expect(ours.references).toEqual(['<zero@example.com>', '<one@example.com>']);
  expect(ours.date).toEqual(new Date('2026-03-01T10:00:00Z'));
  expect(theirs.date).toEqual(ours.date);
  expect(ours.text?.trimEnd()).toBe(`Grüße\n${'a long line '.repeat(200)}`.trimEnd());
  expect(ours.html?.trimEnd()).toBe(`<p>Grüße <img src="cid:ball@postroom"></p>`);
  expect(
    ours.attachments.map(({ filename, contentId, disposition }) => [filename, contentId, disposition]),
  ).toEqual([
    ['ball.png', 'ball@postroom', 'inline'],
    ['Rechnung März.pdf', null, 'attachment'],
  ]);
  expect(theirs.attachments.map(({ filename }) => filename)).toEqual(['ball.png', 'Rechnung März.pdf']);
  expect(theirs.headers.get('x-postroom-delivery')).toBe('0198c2a0-0000-7000-8000-000000000000');
});

/** Text with anything that could end a header field, an address or a list. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        '\u2028',
        '\r\nBcc: evil@example.net',
        '\n\n<script>',
        '<evil@example.net>',
        ', evil@example.net,',
        '"',
        '\\',
        ';',
        '=?utf-8?q?=0D=0ABcc:_evil@example.net?=',
        'x'.repeat(1200),
      ),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

test('no input can add a header field, a recipient or a long line', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostile,
      hostile,
      hostile,
      hostile,
      hostile,
      async (name, subject, header, filename, id) => {
        const raw = await composeMime({
          ...plain,
          from: { ...support, name },
          to: [{ ...ana, name }],
          subject,
          inReplyTo: id,
          references: [id, '<two@example.com>'],
          headers: { 'X-Postroom-Delivery': header, [header]: 'value' },
          attachments: [{ filename, mediaType: filename, contentId: id, bytes: Buffer.from('x') }],
        });
        const known = [
          ...[
            'from',
            'to',
            'subject',
            'in-reply-to',
            'references',
            'x-postroom-delivery',
            'message-id',
            'date',
          ],
          ...['mime-version', 'content-type', header.toLowerCase()],
        ];
        const fields = readMimeTree(raw).fields.map((field) => field.name.toLowerCase());
        expect(fields.filter((field) => !known.includes(field))).toEqual([]);
        expect(new Set(fields).size).toBe(fields.length);
        const mail = await parseMime(raw);
        if (mail.kind !== 'parsed') throw new Error(mail.reason);
        expect(mail.to.map(({ address }) => address)).toEqual(['ana@example.com']);
        expect(mail.from?.address).toBe('support@acme.example');
        expect([mail.cc, mail.bcc]).toEqual([[], []]);
        expect(mail.text?.trim()).toBe('Hello');
        expect(mail.attachments).toHaveLength(1);
        // RFC 5322 §2.1.1: 998 characters without the line end.
        for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
        const theirs = await simpleParser(raw);
        expect([theirs.to].flat().flatMap((list) => list?.value.map(({ address }) => address) ?? [])).toEqual(
          ['ana@example.com'],
        );
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('mail to an address that passes the check has one recipient', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostile,
        fc.emailAddress(),
        hostile.map((text) => `${text}@example.com`),
      ),
      async (text) => {
        const check = checkRecipient(text);
        if (check.kind === 'invalid') {
          expect(check.reason).toMatch(/^address-/);
          return;
        }
        const mail = await parseMime(await composeMime({ ...plain, to: [check.recipient] }));
        if (mail.kind !== 'parsed') throw new Error(mail.reason);
        expect(mail.to).toHaveLength(1);
        expect(normalizeAddress(mail.to[0]?.address ?? '')).toBe(normalizeAddress(check.recipient.address));
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
