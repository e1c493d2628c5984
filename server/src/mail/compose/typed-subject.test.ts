import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { composeMime, type OutgoingMail } from './compose-mime.ts';

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

test.each([
  'How to write =?utf-8?q?Gr=C3=BC=C3=9Fe?= in a subject',
  '=?utf-8?b?SGFsbG8=?=',
  'x =?UTF-8?Q?a?= =?UTF-8?Q?b?= y',
  'What does =? mean, and ?=',
  `=?utf-8?q?${'a'.repeat(120)}?= Grüße`,
])('a subject with the characters of an encoded word arrives as typed: %s', async (subject) => {
  const raw = await composeMime({ ...plain, subject, headers: { 'Thread-Topic': subject } });
  expect((await simpleParser(raw)).subject).toBe(subject);
  expect((await PostalMime.parse(raw)).subject).toBe(subject);
});
