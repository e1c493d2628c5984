import { expect, test } from 'vitest';
import { readMessage } from '../../testing/damaged.ts';
import { leastProcessorTime } from '../../testing/processor-time.ts';

/** Where a hostile sender may put a long text, in messages that reach every part of the reader. */
const places: Record<string, (text: string) => string> = {
  subject: (text) => `Subject: ${text}x\r\n\r\nhi`,
  'subject of an automatic reply': (text) =>
    `Subject: Out of office${text}x\r\nAuto-Submitted: auto-replied\r\n\r\nhi`,
  from: (text) => `From: ${text}x\r\n\r\nhi`,
  'return path': (text) => `Return-Path: ${text}x\r\nSubject: undelivered\r\n\r\nhi`,
  'list id': (text) => `List-Id: ${text}x\r\nAuto-Submitted: ${text}\r\n\r\nhi`,
  'message ids': (text) => `In-Reply-To: ${text}x\r\nReferences: <a@x> ${text}\r\n\r\nhi`,
  'content type': (text) => `Content-Type: text/html; charset=x${text}x\r\n\r\nhi`,
  'plain text': (text) => `Subject: Re: x\r\n\r\nHi\r\n${text}x`,
  'forwarded text': (text) => `Subject: Fwd: x\r\n\r\nHi\r\n${text}x`,
  HTML: (text) => `Subject: Re: x\r\nContent-Type: text/html\r\n\r\n<p>hi</p>${text}x`,
  'text beside HTML': (text) =>
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n${text}x\r\n--b\r\nContent-Type: text/html\r\n\r\n${text}x\r\n--b--`,
  'report in words': (text) =>
    `From: mailer-daemon@x.example\r\nSubject: failure notice\r\n\r\nYour message could not be delivered.\r\n<a@b.example>:\r\n${text}x\r\n<c@b.example>: x`,
  'report with fields': (text) =>
    `Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: ${text}failed\r\nDiagnostic-Code: smtp; ${text}x\r\n--b--`,
};

const pieces = [
  ...[
    ' ',
    '\r\n',
    '\r\n ',
    '<',
    '"',
    '=',
    '-',
    '@',
    'a@b',
    'a ',
    '> ',
    '<p>',
    '<!--',
    '<style>',
    '&',
    '[',
    '(',
  ],
  ...['On ', 'From: ', 'wrote:', 're:', '550 ', 'host ', 'delivery ', 'http://a.b/', '\u00a0'],
  ...['*', '~', '0', '1 ', 'fail', 'exceed', '{{'],
];

test.each(Object.keys(places))('60 kB of one text take less than a second: %s', async (place) => {
  for (const piece of pieces) {
    const raw = Buffer.from(places[place]!(piece.repeat(60_000 / piece.length)));
    expect(await leastProcessorTime(() => readMessage(raw), 1_000), piece).toBeLessThan(1_000);
  }
});
