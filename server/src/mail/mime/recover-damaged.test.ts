import { expect, test } from 'vitest';
import { type ParsedMail, parseMime } from './parse-mime.ts';
import { decodeUuencoded, splitUuencoded } from './uuencode.ts';

async function read(message: string): Promise<ParsedMail> {
  const outcome = await parseMime(Buffer.from(message, 'latin1'));
  if (outcome.kind !== 'parsed') throw new Error(outcome.reason);
  return outcome;
}

const files = ({ attachments }: ParsedMail) =>
  attachments.map(({ filename, bytes }) => `${filename}: ${Buffer.from(bytes).toString('latin1')}`);

test('line ends of CR, LF and CR CR LF', async () => {
  const mail =
    'Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\ntwo\r\n--b\r\nContent-Type: application/x; name=f\r\n\r\nF\r\n--b--\r\n';
  for (const end of ['\r', '\n', '\r\r\n']) {
    const seen = await read(mail.replaceAll('\r\n', end));
    expect([seen.subject, seen.text?.trim(), files(seen)[0]?.trim()], JSON.stringify(end)).toEqual([
      's',
      'one\ntwo',
      'f: F',
    ]);
  }
  expect((await read('Subject: s\rTo: a@x.com\r\rwords\nin lines\r\n')).text).toBe('words\nin lines\n');
});

test('byte order mark, empty lines or an mbox line before the header', async () => {
  for (const before of [
    '\xef\xbb\xbf',
    '\r\n\r\n',
    'From a@x.com Mon Jan  1 00:00:00 2026\n',
    '>From - now\r\n',
  ])
    expect(await read(`${before}Subject: s\r\n\r\nwords`)).toMatchObject({ subject: 's', text: 'words' });
});

test('no text is lost if the empty line before the body is missing', async () => {
  expect((await read('Subject: s\r\nHello there, Ana.\r\nWe wait.')).text).toBe(
    'Hello there, Ana.\nWe wait.',
  );
  expect((await read('Subject: s\r\nHello there, Ana.\r\n\r\nWe wait.')).text).toBe(
    'Hello there, Ana.\n\nWe wait.',
  );
  expect((await read('Subject: s\r\n \r\nwords')).text?.trim()).toBe('words');
  // A damaged field among others is skipped.
  expect(await read('Subject: s\r\nMIME-Version 1.0\r\nTo: a@x.com\r\n\r\nwords')).toMatchObject({
    text: 'words',
    to: [{ address: 'a@x.com' }],
  });
});

test('multiparts with a missing, wrong or encoded boundary', async () => {
  const parts =
    '--xyz\r\nContent-Type: text/plain\r\n\r\nhello\r\n--xyz\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nP\r\n--xyz--\r\n';
  const encoded = Buffer.from(parts).toString('base64');
  for (const message of [
    `Content-Type: multipart/mixed\r\n\r\n${parts}`,
    `Content-Type: multipart/mixed; boundary=other\r\n\r\nA preamble.\r\n${parts}`,
    `Content-Type: multipart/mixed; boundary=xyz\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`,
    `Content-Type: multipart/mixed; boundary="xyz "\r\n\r\n${parts.replace('xyz--', 'xyz --')}`,
    `Content-Type: multipart/mixed; boundary=xyz\r\n\r\n${parts.replace('\r\n--xyz--\r\n', '')}`,
  ]) {
    const mail = await read(message);
    expect([mail.text, ...files(mail)], message.slice(0, 80)).toEqual(['hello', 'a.pdf: P']);
  }
  expect((await read('Content-Type: multipart/mixed; boundary=b\r\n\r\n-- \r\njust words')).text).toBe(
    '-- \njust words',
  );
});

test('boundaries with a common prefix, and unclosed inner multiparts', async () => {
  const mail = await read(
    'Content-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\nContent-Type: multipart/alternative; boundary=abcd\r\n\r\n--abcd\r\n\r\ntext\r\n--abcd\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--abc\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nP\r\n--abc--',
  );
  expect([mail.text, mail.html, ...files(mail)]).toEqual(['text', '<b>html</b>', 'a.pdf: P']);
});

test('multipart/related whose first part is not the text', async () => {
  const mail = await read(
    'Content-Type: multipart/related; boundary=b; start="<r>"\r\n\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <i>\r\n\r\nP\r\n--b\r\nContent-Type: text/html\r\nContent-ID: <r>\r\n\r\n<img src=cid:i>\r\n--b--',
  );
  expect(mail.html).toBe('<img src=cid:i>');
  expect(mail.attachments).toHaveLength(1);
});

test('content types as real programs write them', async () => {
  for (const type of [
    'text / html; charset = utf-8',
    'TEXT/HTML',
    '"text/html"',
    'text/html charset=utf-8',
    'text/html:',
  ])
    expect((await read(`Content-Type: ${type}\r\n\r\n<b>\xc3\xbc</b>`)).html, type).toBe('<b>ü</b>');
  expect(
    (await read('Content-Disposition: attachment filename="x.pdf"\r\nContent-Type: application/pdf\r\n\r\nP'))
      .attachments[0],
  ).toMatchObject({ filename: 'x.pdf' });
  expect(
    (
      await read(
        "Content-Disposition: attachment; filename=utf-8''a%20%C3%BC.pdf\r\nContent-Type: application/pdf\r\n\r\nP",
      )
    ).attachments[0],
  ).toMatchObject({ filename: 'a ü.pdf' });
  expect(
    (await read('Content-Type: text/html\r\n\r\n<meta charset="unicode"><b>\xc3\xbc</b>')).html,
  ).toContain('ü');
  expect(
    (await read('Content-Type: text/html; charset=us-ascii\r\n\r\n<meta charset=koi8-r>\xf0')).html,
  ).toContain('П');
});

test('a character whose last byte is 0xA0 at the end of a field', async () => {
  const mail = await read(
    'Subject: voil\xc3\xa0\r\nTo: \xc3\xa0 <\xc3\xa0@x.com>, \xe1\xa0\xac@x.com\r\n\r\n.',
  );
  expect(mail.subject).toBe('voilà');
  expect(mail.to).toEqual([
    { name: 'à', address: 'à@x.com' },
    { name: '', address: 'ᠬ@x.com' },
  ]);
});

test('text labelled base64, and a plain footer below base64', async () => {
  const encoded = (body: string) => read(`Content-Transfer-Encoding: base64\r\n\r\n${body}`);
  expect((await encoded('This is no base64 at all, dear reader.\r\nNot a line of it.\r\n')).text).toContain(
    'dear reader',
  );
  const list = await encoded(
    'aGVsbG8gd29ybGQ=\r\n\r\n-- \r\nYou get this by our list.\r\nhttps://x.example\r\n',
  );
  expect(list.text).toMatch(/^hello world\n[\s\S]*You get this by our list\./);
  const footer = '\r\n-- \r\nYou get this by our list.\r\nhttps://x.example\r\n';
  const bare = /^hello world!\n\s*-- \nYou get this by our list\.\nhttps/;
  expect((await encoded(`aGVsbG8gd29ybGQh\r\n${footer}`)).text).toMatch(bare);
  expect((await encoded(`aGVsbG8g\r\nd29ybGQh${footer}`)).text).toMatch(bare);
  expect((await encoded('aGVsbG8gd29ybGQh\r\n\r\nd29ybGQh\r\n')).text).toBe('hello world!world!');
  expect((await encoded('aGVsbG8')).text).toBe('hello');
  expect((await encoded('aGVs\r\nbG8=\r\nd29ybGQ=')).text).toBe('helloworld');
});

test('an encoded word split within a base64 group', async () => {
  const mail = await read('Subject: =?UTF-8?B?5L2g5a?=\r\n =?UTF-8?B?W9?= =?utf-8?q?!?=\r\n\r\n.');
  expect(mail.subject).toBe('你好!');
});

test('enriched text is converted, and dropped beside plain text', async () => {
  const words = '<bold>Now</bold> is\nthe <color><param>red</param>time</color> <<x>\n\n\nyes';
  expect((await read(`Content-Type: text/enriched\n\n${words}`)).text).toBe('Now is the time <x>\n\nyes');
  const both = await read(
    `Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/enriched\n\n${words}\n--b--`,
  );
  expect([both.text, both.attachments]).toEqual(['plain', []]);
});

test('uuencoded files in a text and as a part', () => {
  expect(splitUuencoded('Hi\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye')).toEqual({
    text: 'Hi\nbye',
    files: [{ filename: 'cat.txt', bytes: Buffer.from('Cat') }],
  });
  for (const words of [
    'begin 644 the work\nof today',
    'begin 644 x\nnot so: this line is longer than it says',
    '',
  ])
    expect(splitUuencoded(words)).toBeNull();
  expect(decodeUuencoded(Buffer.from('begin 600 a\r\n#0V%T\r\n`\r\nend\r\n'))).toEqual(Buffer.from('Cat'));
  expect(decodeUuencoded(Buffer.from('%PDF'))).toBeNull();
});
