import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMime } from '../mime/parse-mime.ts';
import { findCardNumbers } from './card-numbers.ts';
import { passageFinder } from './passages.ts';
import { redactRaw } from './redact-raw.ts';
import { redactionMark as mark, redactHtml, redactText } from './redact-text.ts';

const without = (text: string, passage: string) => redactText(text, passageFinder(passage));
const htmlWithout = (html: string, passage: string) => redactHtml(html, passageFinder(passage)).html;

test('finds a passage as readers see it, and nothing else', () => {
  expect(without('My password is Tiger 7, ok?', 'password is Tiger 7')).toBe(`My ${mark}, ok?`);
  expect(without('> my pass-\n> word is Tiger\n> 7 and TIGER 7', 'tiger 7')).toBe(
    `> my pass-\n> word is ${mark} and ${mark}`,
  );
  expect(without('*Tiger* 7 and Ti\u200bger 7', 'Tiger 7')).toBe(`*${mark} and ${mark}`);
  expect(without('it’s “mine”', `it's "mine"`)).toBe(mark);
  expect(without('Lisa is here', 'is a')).toBe('Lisa is here');
  expect(without('DE89 3704 0044 0532 0130 00, DE89370400440532013000', 'DE89 3704 0044 0532 0130 00')).toBe(
    `${mark}, ${mark}`,
  );
  expect(without('anything at all', 'a')).toBe('anything at all');
});

test('redacts HTML across elements, in attributes, comments and styles', () => {
  expect(htmlWithout('<head><div>Tiger 7</div></head>', 'Tiger 7')).not.toContain('Tiger');
  expect(htmlWithout('<p>My <b>Tig</b>er&nbsp;<i>7</i> is</p>', 'Tiger 7')).toBe(
    `<p>My <b>${mark}</b><i></i> is</p>`,
  );
  expect(htmlWithout('<div>Tiger</div><div>7</div>', 'Tiger 7')).toBe(`<div>${mark}</div><div></div>`);
  const everywhere = htmlWithout(
    '<style>.a:after{content:"Tiger 7"}</style><!--[if mso]><b>Tiger</b> 7<![endif]--><a href="https://x.example/?q=Tiger%207" title="Tiger 7">x</a>',
    'Tiger 7',
  );
  expect(everywhere).toBe(`<style></style><a title="${mark}">x</a>`);
  expect(redactHtml('<P>untouched<br></P>', passageFinder('Tiger 7'))).toEqual({
    html: '<P>untouched<br></P>',
    count: 0,
  });
  const deep = `${'<div>'.repeat(5_000)}Tiger 7`;
  expect(redactHtml(deep, passageFinder('Tiger 7'))).toEqual({ html: null, count: 2 });
});

test('nothing of a passage is left, whatever is around it', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 });
  const tag = fc.constantFrom('', '<b>', '</b>', '<br>', '<p>', '</p>', '<td>', '&amp;', '<!-- x -->');
  const passage = fc
    .array(fc.string({ unit: fc.constantFrom(...'abcdefghij0123456789äß'), minLength: 3, maxLength: 8 }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((words) => words.join(' '));
  fc.assert(
    fc.property(passage, fc.array(fc.tuple(word, tag)), (secret, around) => {
      const find = passageFinder(secret);
      const text = around.map(([each]) => each).join(secret);
      expect(find(redactText(text, find))).toEqual([]);
      const html = around.map(([each, tags]) => `${each.replace(/[<&]/g, '')}${tags}`).join(secret);
      const clean = redactHtml(html, find);
      expect(clean.html).not.toBeNull();
      expect(redactHtml(clean.html!, find).count).toBe(0);
      if (around.length > 1) expect(clean.html).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});

test('redacts a passage wherever elements divide it', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (breaks) => {
      const split = [...'Tiger 77'].map((letter, at) => (breaks[at] ? `</b>${letter}<b>` : letter)).join('');
      const { html, count } = redactHtml(`before <b>${split}</b> after`, passageFinder('Tiger 77'));
      expect(count).toBe(1);
      expect(html!.replace(/<[^>]*>/g, '')).toBe(`before ${mark} after`);
    }),
  );
});

test('redacts card numbers but for their last four digits', () => {
  const clean = (text: string) => redactText(text, findCardNumbers);
  expect(clean('Visa 4111 1111 1111 1111 exp 12/29')).toBe(`Visa ${mark}1111 exp 12/29`);
  expect(clean('order 12345 4111-1111-1111-1111')).toBe(`order 12345 ${mark}1111`);
  expect(clean('378282246310005, 5555555555554444; 6011000990139424')).toBe(
    `${mark}0005, ${mark}4444; ${mark}9424`,
  );
  expect(clean('4111 1111\n> 1111 1111')).toBe(`${mark}1111`);
  for (const other of [
    '4111 1111 1111 1112',
    'x4111111111111111',
    '41111111111111112345678',
    '+49 30 1234567890123',
    'DE89 3704 0044 0532 0130 00',
    '4111\n1111\n1111\n1111',
    '4000000000000000',
    '0000 0000 0000 0000',
  ]) {
    expect(clean(other)).toBe(other);
  }
  expect(redactHtml('<td>4111</td><b>1111&nbsp;1111</b> 1111', findCardNumbers).html).toContain(
    `${mark}1111`,
  );
});

test('redacts a raw message in any encoding and keeps the rest', async () => {
  const secret = 'Käthe’s code 4711';
  const base64 = Buffer.from(`Here: ${secret}.`).toString('base64');
  const raw = [
    'From: Ana <ana@far.example>',
    `Subject: =?utf-8?B?${Buffer.from(`About ${secret}`).toString('base64')}?=`,
    `X-Copy: =?utf-8?Q?${[...Buffer.from(secret)]
      .map((byte) => `=${byte.toString(16).padStart(2, '0')}`)
      .join('')
      .toUpperCase()}?=`,
    'Message-ID: <one@far.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n',
    base64,
    `--b\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n\r\n${secret}`,
    '--b--',
  ].join('\r\n');
  const find = passageFinder(secret);
  const clean = await redactRaw(Buffer.from(raw), find);
  const mail = await parseMime(clean!);
  expect(mail).toMatchObject({
    kind: 'parsed',
    subject: `About ${mark}`,
    text: `Here: ${mark}.`,
    messageId: '<one@far.example>',
    attachments: [],
  });
  expect(await redactRaw(clean!, find)).toBeNull();
  expect(clean!.toString()).not.toContain('X-Copy');
});
