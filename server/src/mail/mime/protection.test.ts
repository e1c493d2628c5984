import { expect, test } from 'vitest';
import { openCms } from './cms.ts';
import { parseMime } from './parse-mime.ts';

async function read(message: string) {
  const outcome = await parseMime(Buffer.from(message, 'latin1'));
  if (outcome.kind !== 'parsed') throw new Error(outcome.reason);
  return outcome;
}

/** A DER element: tag, length, content. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

/** The same with an indefinite length (BER). */
function open(tag: number, ...contents: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x80]), ...contents, Buffer.from([0, 0])]);
}

const oid = (last: number) => der(6, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last]));

/** SignedData (RFC 5652 §5.1) with a content and without signers. */
function signed(octets: Buffer, form = der): Buffer {
  const inner = form(0x30, oid(1), form(0xa0, octets));
  return form(0x30, oid(2), form(0xa0, form(0x30, der(2, Buffer.from([1])), der(0x31), inner)));
}

test('the content of an opaque-signed S/MIME message is parsed', async () => {
  const inside = Buffer.from(
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\nP\r\n--b--',
  );
  const pieces = open(0x24, der(4, inside.subarray(0, 50)), der(4, inside.subarray(50)));
  for (const cms of [signed(der(4, inside)), signed(pieces, open)]) {
    const mail = await read(
      `Subject: s\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n${cms.toString('base64')}`,
    );
    expect(mail).toMatchObject({ subject: 's', protection: 'smime-signed', text: 'hello' });
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['a.png']);
  }
});

test('encrypted S/MIME, and bytes that are not CMS', async () => {
  const encrypted = await read(
    `Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n${der(0x30, oid(3)).toString('base64')}`,
  );
  expect(encrypted).toMatchObject({ protection: 'smime-encrypted', text: null });
  for (const bytes of [
    '',
    '\x30',
    '\x30\x80'.repeat(100_000),
    '\x30\x84\xff\xff\xff\xff',
    '\x24\x80\x04\x00'.repeat(1_000),
  ])
    expect(openCms(Buffer.from(bytes, 'latin1'))).toEqual({ signed: false, content: null });
  expect(openCms(signed(Buffer.from('\x24\x80'.repeat(50_000), 'latin1'), open)).content).toBeNull();
});

test('inline PGP: encrypted, partly encrypted, signed, quoted', async () => {
  const block = (kind: string, body: string) =>
    `-----BEGIN PGP ${kind}-----\n${body}\n-----END PGP ${kind}-----`;
  const whole = await read(`\n${block('MESSAGE', '\nhQEMA\n=abcd')}\n`);
  expect(whole).toMatchObject({ protection: 'pgp-encrypted', text: '' });
  const part = await read(`\nMy answer:\n\n${block('MESSAGE', '\nhQEMA')}\n\nBest, Ana\n`);
  expect(part).toMatchObject({ protection: 'pgp-encrypted', text: 'My answer:\n\n\n\nBest, Ana' });
  const clear = await read(
    `\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nAna\n${block('SIGNATURE', '\niQEz')}\n`,
  );
  expect(clear.protection).toBe('pgp-signed');
  expect(clear.text?.trim()).toBe('Hello\n-- \nAna');
  const quoted = await read('\n> -----BEGIN PGP MESSAGE-----\n> x\n\nI cannot read this.\n');
  expect(quoted.protection).toBeNull();
});
