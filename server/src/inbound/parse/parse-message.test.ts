import { expect, test } from 'vitest';
import { parseMessage } from './parse-message.ts';

const read = (message: string) => parseMessage(Buffer.from(message, 'latin1'));
const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;

test('an empty text part beside HTML is ignored', async () => {
  const reading = await read(
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n${part('text/plain', ' ')}${part('text/html', '<p>Hello</p>')}--b--`,
  );
  expect(reading).toMatchObject({ text: 'Hello', snippet: 'Hello', html: '<p>Hello</p>' });
});

test('attachments: uuencoded ones decoded, paths and parts for other programs dropped', async () => {
  const reading = await read(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('text/plain', 'Hi\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend')}${part('application/pdf; name="/home/ana/offer.pdf"', 'P')}${part('application/ms-tnef', 'T')}${part('message/rfc822', 'Subject: in\r\n\r\nx')}--b--`,
  );
  expect(reading.text.trim()).toBe('Hi');
  expect(reading.attachments.map(({ filename, bytes }) => `${filename} ${Buffer.from(bytes)}`)).toEqual([
    'offer.pdf P',
    'winmail.dat T',
    'in.eml Subject: in\r\n\r\nx',
    'cat.txt Cat',
  ]);
  const amp = part('text/x-amp-html', '<html amp4email>');
  const alternative = await read(
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n${part('text/plain', 'Hi')}${amp}--b--`,
  );
  expect(alternative.attachments).toEqual([]);
  const mixed = await read(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('text/plain', 'Hi')}${amp}--b--`,
  );
  expect(mixed.attachments).toHaveLength(1);
});

test('an invitation and an encrypted message are recognised', async () => {
  const invitation = await read(
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n${part('text/plain', 'Come')}${part(
      'text/calendar; method=REQUEST; charset=iso-8859-1',
      'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Gr\xf6\xdfe\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR',
    )}--b--`,
  );
  expect(invitation.invitation).toMatchObject({ summary: 'Größe', start: '2026-03-01T10:00:00Z' });
  expect(invitation.attachments.map(({ mediaType }) => mediaType)).toEqual(['text/calendar']);
  const folded = await read(
    'Content-Type: text/calendar; method=REQUEST\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Gr=C3\r\n =BC=C3=9Fe\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR',
  );
  expect(folded.invitation?.summary).toBe('Grüße');
  const encrypted = await read(
    `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n${part('application/pgp-encrypted', 'Version: 1')}${part('application/octet-stream; name=encrypted.asc', 'x')}--b--`,
  );
  expect(encrypted).toMatchObject({ protection: 'pgp-encrypted', unreadable: null });
  expect(encrypted.attachments.map(({ filename }) => filename)).toEqual(['encrypted.asc']);
});

test('a name that is an address is dropped', async () => {
  const nameIn = async (from: string) => (await read(`From: ${from}\r\n\r\n.`)).from.name;
  expect(await nameIn('"ana@x.example" <ANA@x.example>')).toBe('');
  expect(await nameIn('"support@acme.example" <eve@x.example>')).toBe('');
  expect(await nameIn('"\'support@acme.example\'" <eve@x.example>')).toBe('');
  expect(await nameIn('"Eve @ home" <eve@x.example>')).toBe('Eve @ home');
  expect(await nameIn('"ana@x.example via Team" <team@x.example>')).toBe('ana@x.example via Team');
});
