import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsInTime, expectDamageSurvived } from '../../testing/damaged.ts';
import { messageNames, readMessage } from '../../testing/messages.ts';
import { parseDate } from './dates.ts';
import { type ParsedMail, parseMime } from './parse-mime.ts';

async function read(message: string | Buffer): Promise<ParsedMail> {
  const outcome = await parseMime(typeof message === 'string' ? Buffer.from(message, 'latin1') : message);
  if (outcome.kind !== 'parsed') throw new Error(outcome.reason);
  return outcome;
}

test('encoded words with raw bytes, split characters, without an end', async () => {
  const subject = async (value: string) => (await read(`Subject: ${value}\r\n\r\n.`)).subject;
  expect(await subject('=?iso-8859-1?Q?Fr\xf6sche?=')).toBe('Frösche');
  expect(await subject('Fr\xf6sche =?utf-8?q?und_St=C3=B6rche?=')).toBe('Frösche und Störche');
  expect(await subject('=?utf-8?B?w?= =?utf-8?B?7Y=?=')).not.toBe('');
  expect(await subject('=?utf-8?q?=C3?= =?utf-8?q?=B6l?=')).toBe('öl');
  expect(await subject('=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=')).toBe('日本');
  expect(await subject('=?utf-7?Q?Fr+APY-sche?=')).toBe('Frösche');
  expect(await subject('=?utf-8?q?open')).toBe('=?utf-8?q?open');
  expect(await subject('=?x-nobody-knows?q?plain?=')).toBe('plain');
  expect(await subject('=?utf-8*de?q?gr=C3=BC=C3=9Fe?=\r\n\tfolded')).toBe('grüße\tfolded');
});

test('a comma or an address inside an encoded name adds no recipient', async () => {
  const mail = await read(
    'To: =?utf-8?q?Doe=2C_Jo_=3Cevil=40x.com=3E?= <jo@x.com>, =?utf-8?q?Doe, Al?= <al@x.com>\r\n\r\n.',
  );
  expect(mail.to).toEqual([
    { name: 'Doe, Jo <evil@x.com>', address: 'jo@x.com' },
    { name: 'Doe, Al', address: 'al@x.com' },
  ]);
});

test('file names by RFC 2231 and as real programs write them', async () => {
  const name = async (parameters: string) =>
    (await read(`Content-Type: application/pdf\r\nContent-Disposition: attachment; ${parameters}\r\n\r\nx`))
      .attachments[0]?.filename;
  expect(await name("filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe; filename*2=.pdf")).toBe('Grüße.pdf');
  expect(await name('filename*1=b.pdf; filename*0=a')).toBe('ab.pdf');
  expect(await name('filename="plain.pdf"; filename*=iso-8859-1\'\'Gr%FC%DFe.pdf')).toBe('Grüße.pdf');
  expect(await name('filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?="')).toBe('Grüße.pdf');
  expect(await name('filename="Gr\xfc\xdfe.pdf"')).toBe('Grüße.pdf');
  expect(await name('filename=with space (1).pdf')).toBe('with space (1).pdf');
  expect(await name('filename="a;b\\"c.pdf"; size=3')).toBe('a;b"c.pdf');
  expect(await name('size=3')).toBe('attachment-1.pdf');
});

test('a message without a header has a body; an empty one is unreadable', async () => {
  expect((await read('just words, no fields\r\nand more\r\n')).text).toBe(
    'just words, no fields\nand more\n',
  );
  expect((await parseMime(new Uint8Array())).kind).toBe('unreadable');
});

test('an invalid Date is null', async () => {
  for (const text of ['', 'yesterday', 'Mon, 99 Foo 2020 10:00:00', 'Invalid Date'])
    expect(parseDate(text)).toBeNull();
  const noon = new Date('2026-03-01T12:00:00Z');
  for (const text of [
    'Sun, 01 Mar 2026 13:00:00 +0100',
    '1 Mar 26 07:00 EST',
    'Sun, 1 Mar 2026 12:00:00 GMT (UTC)',
    '2026-03-01T12:00:00Z',
    'Sunday, 01-Mar-26 12:00:00 UT',
  ]) {
    expect(parseDate(text), text).toEqual(noon);
  }
});

test('attached messages, invitations, winmail.dat, and protection', async () => {
  const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  const mail = await read(
    `Subject: all\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part('text/plain', 'own words')}${part(
      'message/rfc822',
      'Subject: inside\r\n\r\ninside words',
    )}${part('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR')}${part('application/ms-tnef; name=winmail.dat', 'x')}--b--\r\n`,
  );
  expect(mail.text).toBe('own words');
  expect(mail.attachments.map(({ filename }) => filename)).toEqual([
    'inside.eml',
    'invitation-2.ics',
    'winmail.dat',
  ]);
  const protection = async (head: string, body = '') =>
    (await read(`Content-Type: ${head}\r\n\r\n${body}`)).protection;
  expect(mail.protection).toBeNull();
  expect(await protection('application/pkcs7-mime; smime-type=enveloped-data', 'x')).toBe('smime-encrypted');
  expect(await protection('application/x-pkcs7-mime; smime-type=signed-data', 'x')).toBe('smime-signed');
  expect(
    await protection('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', '--b\r\n\r\nx'),
  ).toBe('pgp-encrypted');
  expect(await protection('text/plain', '-----BEGIN PGP SIGNED MESSAGE-----\r\n')).toBe('pgp-signed');
});

test('arbitrary bytes and damaged messages are parsed within a second', async () => {
  const seeds = messageNames('mime').map((name) => readMessage('mime', name));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), endsInTime), { numRuns: 300 });
  await expectDamageSurvived(seeds);
}, 60_000);
