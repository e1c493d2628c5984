import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { parseMime } from '../mime/parse-mime.ts';
import { composeMime, type OutgoingAttachment, type OutgoingMail } from './compose-mime.ts';

const plain: OutgoingMail = {
  from: { name: 'Acme Support', address: 'support@acme.example' },
  replyTo: null,
  to: [{ name: 'Ana', address: 'ana@example.com' }],
  cc: [],
  bcc: [],
  subject: 'Your files',
  text: 'See the files.',
  html: '<p>See the files.</p>',
  inReplyTo: null,
  references: [],
  headers: {},
  date: new Date('2026-03-01T10:00:00Z'),
};
const file = (filename: string, mediaType: string, text: string | Buffer): OutgoingAttachment => ({
  filename,
  mediaType,
  contentId: null,
  bytes: Buffer.from(text as string, 'latin1'),
});

/** The attachments as three parsers read them; every byte must be the same. */
async function received(mail: Partial<OutgoingMail>) {
  const raw = await composeMime({ ...plain, ...mail });
  const [ours, mailparser, postal] = [
    await parseMime(raw),
    await simpleParser(raw),
    await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' }),
  ];
  if (ours.kind !== 'parsed') throw new Error(ours.reason);
  const readings = [
    ours.attachments.map((each) => [each.filename, each.mediaType, each.disposition, latin1(each.bytes)]),
    mailparser.attachments.map((each, index) => [
      each.filename,
      // It replaces application/octet-stream by what it knows of the name.
      ours.attachments[index]?.mediaType,
      each.contentDisposition,
      latin1(each.content),
    ]),
    postal.attachments.map((each) => [
      each.filename,
      each.mimeType,
      each.disposition,
      // It writes a message with line ends of its own.
      isMessage(each.mimeType)
        ? latin1(new Uint8Array(each.content as ArrayBuffer))
            .trimEnd()
            .replace(/\n/g, '\r\n')
        : latin1(new Uint8Array(each.content as ArrayBuffer)),
    ]),
  ];
  expect(mailparser.text?.trim()).toBe('See the files.');
  expect(postal.text?.trim()).toBe('See the files.');
  return { readings, raw: raw.toString('latin1'), html: mailparser.html || '' };
}
const isMessage = (type: string) => type === 'message/rfc822';
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const savedPage =
  'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="p"\r\n\r\n--p\r\nContent-Type: text/html\r\n\r\n<p>Page</p>\r\n--p--\r\n';
const message =
  'From: Ana <ana@example.com>\r\nTo: Acme <support@acme.example>\r\nSubject: Broken lamp\r\nDate: Sun, 1 Mar 2026 09:00:00 +0000\r\n\r\nIt does not work.\r\n';

test.each([
  ['a saved page', 'page.mht', 'multipart/related', savedPage],
  ['a list of files', 'all.bin', 'Multipart/Mixed', 'no boundary anywhere'],
  ['a piece of a message', 'part', 'message/partial', message],
  ['a report', 'details.txt', 'message/delivery-status', 'Reporting-MTA: dns; mx.example\r\n\r\n'],
  ['a part elsewhere', 'link', 'message/external-body', 'Content-Type: image/png\r\n\r\n'],
  ['a message in UTF-8', 'mail.u8', 'message/global', `Subject: Gr\xc3\xbc\xc3\x9fe\r\n\r\nx`],
  ['no message', 'notes.eml', 'message/rfc822', 'Only a note.\nSecond line.\n'],
  ['a message with a long line', 'long.eml', 'message/rfc822', `${message}${'x'.repeat(1200)}\r\n`],
  ['a message with bytes above 127', 'latin.eml', 'message/rfc822', `${message}Gr\xfc\xdfe\r\n`],
  ['a message with NUL', 'nul.eml', 'message/rfc822', `${message}a\0b\r\n`],
  ['a message with a lone CR', 'cr.eml', 'message/rfc822', `${message}a\rb\r\n`],
  ['a message of an mbox', 'mbox.eml', 'message/rfc822', `From ana Sun Mar 1\r\n${message}`],
  ['a message in pieces', 'piece.eml', 'message/rfc822', `Content-Type: message/partial\r\n${message}`],
  ['a type that is none', 'odd.bin', 'text/plain; charset=x\r\nBcc: evil@example.net', 'x'],
])('%s is sent as a file with its bytes unchanged', async (_, filename, mediaType, text) => {
  const { readings } = await received({ attachments: [file(filename, mediaType, text)] });
  for (const [index, reading] of readings.entries()) {
    expect(reading, `parser ${index}`).toEqual([[filename, 'application/octet-stream', 'attachment', text]]);
  }
});

test.each([
  ['with CRLF', message],
  ['with bare LF', message.replaceAll('\r\n', '\n')],
  ['without a last line end', message.trimEnd()],
  [
    'of several parts',
    `${message.slice(0, message.indexOf('\r\n\r\n'))}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nText\r\n--q\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nA\r\n--q--\r\n`,
  ],
  [
    'whose last part is not closed',
    `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n${message.slice(0, message.indexOf('\r\n\r\n'))}\r\n\r\n--q\r\n\r\nText\r\n`,
  ],
])('a message %s stays one, attached, with lines that end in CRLF', async (_, text) => {
  const after = file('after.pdf', 'application/pdf', '%PDF-1.7');
  const { readings, raw } = await received({
    attachments: [file('lamp.eml', 'message/rfc822', text), after],
  });
  const sent = text.replace(/\r?\n/g, '\r\n');
  for (const [index, reading] of readings.entries()) {
    expect(reading, `parser ${index}`).toEqual([
      ['lamp.eml', 'message/rfc822', 'attachment', index === 2 ? sent.trimEnd() : sent],
      ['after.pdf', 'application/pdf', 'attachment', '%PDF-1.7'],
    ]);
  }
  expect(raw).not.toMatch(/[^\r]\n|\r[^\n]/);
});

test('only pictures that the text shows are inline; one without its part leaves no img', async () => {
  const png = (filename: string, contentId: string) => ({
    filename,
    mediaType: 'image/png',
    contentId,
    bytes: Buffer.from([1, 2, 3]),
  });
  const { readings, html } = await received({
    html: '<p>See the files.<img src="cid:shown@postroom" alt="Lamp"><img alt="Gone" src="cid:gone@postroom"><!--[if mso]><b>x</b><![endif]--><img src="cid:a%24b@far"></p>',
    attachments: [
      png('shown.png', 'shown@postroom'),
      png('removed.png', 'removed@postroom'),
      png('far.png', 'a$b@far'),
    ],
  });
  for (const reading of readings) {
    expect(Object.fromEntries(reading.map(([filename, , disposition]) => [filename, disposition]))).toEqual({
      'shown.png': 'inline',
      'far.png': 'inline',
      'removed.png': 'attachment',
    });
  }
  expect(html.match(/<img\b/g)).toHaveLength(2);
  expect(html).toContain('<!--[if mso]><b>x</b><![endif]-->');
  expect(html).not.toContain('Gone');
});

test('a message without HTML has no inline part', async () => {
  const attachments = [{ ...file('a.png', 'image/png', 'x'), contentId: 'a@postroom' }];
  const { readings } = await received({ html: null, attachments });
  for (const reading of readings) expect(reading[0]?.[2]).toBe('attachment');
});
