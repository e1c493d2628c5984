import { expect, test } from 'vitest';
import { findLinks } from './find-links.ts';

const linksIn = (text: string) =>
  findLinks(text).flatMap(({ text: shown, href }) => (href === null ? [] : [[shown, href]]));

test.each([
  ['See (https://far.example/wiki/Lamp_(light)).', 'https://far.example/wiki/Lamp_(light)'],
  ['(see https://far.example/a)', 'https://far.example/a'],
  ['<https://far.example/x?y=1&z=2#part>.', 'https://far.example/x?y=1&z=2#part'],
  ['[https://far.example/x], yes', 'https://far.example/x'],
  ['"https://far.example/x"!', 'https://far.example/x'],
  ['https://far.example/x。', 'https://far.example/x'],
  ['Link:https://far.example:8080/a/b.html?', 'https://far.example:8080/a/b.html'],
  ['HTTPS://Far.example/A', 'HTTPS://Far.example/A'],
  ['http://localhost:4400/x', 'http://localhost:4400/x'],
  ['https://bücher.example/größe', 'https://bücher.example/größe'],
  ['https://例子.example/路径?词=1', 'https://例子.example/路径?词=1'],
  ['https://far.example/a_b*c~d;e=1,2', 'https://far.example/a_b*c~d;e=1,2'],
  ["https://far.example/it's-here", "https://far.example/it's-here"],
  [`https://far.example/${'x'.repeat(900)}`, `https://far.example/${'x'.repeat(900)}`],
])('one link in %s', (text, link) => {
  expect(linksIn(text)).toEqual([[link, link]]);
});

test('hosts that begin with www., and addresses, are links', () => {
  expect(linksIn('www.shop.example/item/5, or WWW.shop.example.')).toEqual([
    ['www.shop.example/item/5', 'http://www.shop.example/item/5'],
    ['WWW.shop.example', 'http://WWW.shop.example'],
  ]);
  expect(linksIn('Write to ana.b+c@mail.far.example; or <bob@far.example>, mailto:eve@far.example.')).toEqual(
    [
      ['ana.b+c@mail.far.example', 'mailto:ana.b+c@mail.far.example'],
      ['bob@far.example', 'mailto:bob@far.example'],
      ['mailto:eve@far.example', 'mailto:eve@far.example'],
    ],
  );
});

test('other text is no link, and nothing of the text is lost', () => {
  for (const text of [
    'Done.Next e.g. file.txt 1.2.3 a@b 10:30 //x javascript:alert(1) data:text/html,x ftp://far.example',
    'www. @far.example http:// https://',
  ]) {
    expect(linksIn(text)).toEqual([]);
  }
  const text = 'A  https://far.example/x\n\n\tb@far.example,\r\nwww.far.example';
  expect(
    findLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

test('no text takes more than a second', () => {
  for (const piece of [
    'http://a/(',
    'www.',
    'a@',
    'a@b.example ',
    'http://a.b/[',
    'https://a.example/ ',
    'a.',
    '"x@',
  ]) {
    const start = performance.now();
    findLinks(piece.repeat(500_000 / piece.length));
    expect(performance.now() - start, piece).toBeLessThan(1_000);
  }
});
