import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { textFromHtml } from './text-from-html.ts';

test('a document inside a document hides no words', () => {
  const nested =
    '<!DOCTYPE html><html><head><title>Old</title><style>p{color:red}</style></head><body><p>earlier</p></body></html>';
  const text = textFromHtml(`<p>My answer.</p><blockquote>${nested}</blockquote><p>And more.</p>`);
  expect(text).toBe('My answer.\n\n> earlier\n\nAnd more.');
  expect(
    textFromHtml(
      '<html><head><title>T</title></head><body>one</body></html><html><body>two</body></html>',
    ).replace(/\s+/g, ' '),
  ).toBe('one two');
  expect(textFromHtml('before<body>inside</body>after').replace(/\s+/g, ' ')).toBe('before inside after');
});

test('cells of a table stay apart', () => {
  const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  expect(
    textFromHtml(
      `<table><tr><th>Item</th><th>Quantity</th></tr>${row('Lamp', '10')}${row('Shade', '', '000')}</table>after`,
    ),
  ).toBe('Item\tQuantity\nLamp\t10\nShade\t000\nafter');
  // Newsletters: empty cells and nested tables for the layout.
  expect(
    textFromHtml(
      `<table>${row('&nbsp;', `<table>${row('<p>Hello</p>', 'Ana')}</table>`, '')}${row('', 'Bye', '')}</table>`,
    ),
  ).toBe('Hello\n\nAna\nBye');
});

test('elements that are not shown give no text', () => {
  expect(
    textFromHtml('<head><title>T</title></head><style>p{}</style><script>s()</script><p>words</p>'),
  ).toBe('words');
});

test('words in a head, which browsers show, are words', () => {
  expect(textFromHtml('<html><head><title>T</title><style>p{}</style><div>words</div></html>')).toBe('words');
  expect(textFromHtml('<head><meta charset="utf-8"><p>words</p></head><body>more</body>')).toBe(
    'words\n\nmore',
  );
});

test('deep HTML keeps its words, without style sheets', () => {
  expect(textFromHtml(`<style>p{}</style>${'<font>'.repeat(450)}one<br>two`)).toBe('one two');
  expect(textFromHtml(`${'<div>'.repeat(350)}deep`)).toBe('deep');
});

test('no HTML takes more than a second', async () => {
  for (const piece of ['<table><tr><td>', '<tr><td>', '<table><tr><td> </td>', '<td>a', '<blockquote>a']) {
    const html = piece.repeat(1_000_000 / piece.length);
    expect(await leastProcessorTime(() => textFromHtml(html), 1_000), piece).toBeLessThan(1_000);
  }
});
