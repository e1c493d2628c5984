import * as base64 from 'nodemailer/lib/base64/index.js';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import * as quotedPrintable from 'nodemailer/lib/qp/index.js';
import { expect, test } from 'vitest';
import { mimeBytes } from './mime-bytes.ts';

const long = `${'a long line, '.repeat(300)}Grüße `;
const file = { filename: 'März.pdf', contentType: 'application/pdf', content: Buffer.alloc(200_001, '%PDF') };
const picture = { cid: 'a@b', contentType: 'image/png', content: Buffer.from([1, 2, 3]) };

test.each([
  ['a text', { text: 'Hello' }],
  ['an empty text', { text: '' }],
  ['a text with lines', { text: 'Hello \r\n\r\n.\r\nFrom me\r\n' }],
  ['a long text', { text: long }],
  ['a large text', { text: long.repeat(40) }],
  ['a text in Japanese', { text: '日本語の件名がここにありますから長い件名になりますよ本当に'.repeat(20) }],
  ['a text and HTML', { text: 'Hello', html: `<p>${long}</p>` }],
  ['HTML alone', { html: `<p>${'x'.repeat(2_000)}</p>` }],
  ['a file', { text: 'Hello', attachments: [file] }],
  ['a picture', { text: 'Hello', html: '<img src="cid:a@b">', attachments: [picture, file] }],
  [
    'a message',
    {
      text: 'x',
      attachments: [{ contentType: 'message/rfc822', content: Buffer.from('Subject: x\r\n\r\ny') }],
    },
  ],
  [
    'a calendar',
    {
      text: long,
      html: '<p>x</p>',
      alternatives: [{ contentType: 'text/calendar; method=REPLY', content: long }],
    },
  ],
])('the bytes of %s are those that nodemailer builds', async (_, parts) => {
  const mail = { from: 'a@acme.example', to: 'b@far.example', subject: 'Größe', ...parts };
  const message = new MailComposer(mail).compile();
  const bytes = mimeBytes(message, { quotedPrintable, base64 });
  expect(bytes.toString('latin1')).toBe((await message.build()).toString('latin1'));
});
