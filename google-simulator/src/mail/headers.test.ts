import { expect, test } from 'vitest';
import { editHeaders, headerOf, readHeaders } from './headers.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

test('raw 8-bit bytes in a header do not shift the body', () => {
  const raw = latin1('Subject: Größe für Müller\r\nFrom: Jürgen <j@x.test>\r\n\r\nIhre Lampe läuft');
  expect(raw.subarray(readHeaders(raw).bodyAt)).toEqual(latin1('Ihre Lampe läuft'));
  expect(headerOf(readHeaders(raw).headers, 'From')).toContain('<j@x.test>');
  const edited = editHeaders(raw, { prepend: [{ name: 'X-First', value: 'Größe' }], drop: ['From'] });
  expect(edited).toEqual(
    Buffer.concat([
      Buffer.from('X-First: Größe\r\n'),
      latin1('Subject: Größe für Müller\r\n\r\nIhre Lampe läuft'),
    ]),
  );
});

test.each([
  ['UTF-8 in the header', Buffer.from('Subject: 電球 ✓\r\n\r\nText'), 'Text'],
  ['bare line feeds', Buffer.from('Subject: x\nTo: y@x.test\n\nText\n\nMore'), 'Text\n\nMore'],
  ['an empty body', Buffer.from('Subject: x\r\n\r\n'), ''],
  ['no body', Buffer.from('Subject: x\r\n'), ''],
])('%s: the body begins after the first empty line', (_name, raw, body) => {
  expect(raw.subarray(readHeaders(raw).bodyAt).toString()).toBe(body);
});

test('a body of raw bytes is left alone', () => {
  const body = Buffer.from([0xff, 0xfe, 0x80, 0x0d, 0x0a, 0x00, 0xe4]);
  const raw = Buffer.concat([latin1('Subject: ä\r\n\r\n'), body]);
  expect(raw.subarray(readHeaders(raw).bodyAt)).toEqual(body);
});
