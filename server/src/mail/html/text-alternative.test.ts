import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { signatureMark, textAlternative } from './text-alternative.ts';

const cell = (content: string, tag = 'td') =>
  `<${tag} style="border:1px solid #ccc"><p>${content}</p></${tag}>`;
const row = (...cells: string[]) => `<tr>${cells.map((content) => cell(content)).join('')}</tr>`;

test.each([
  {
    what: 'a table of data has columns',
    html: `<p>Hello,</p><table><tbody><tr>${cell('Item', 'th')}${cell('Price', 'th')}</tr>${row('Tea', '3.00')}${row('Coffee', '4.00')}</tbody></table><p>Bye</p>`,
    text: 'Hello,\n\nItem     Price\nTea      3.00\nCoffee   4.00\n\nBye',
  },
  {
    what: 'a cell of several rows keeps the columns of the next row',
    html: `<table><tr><td rowspan="2">Drinks</td><td>Tea</td><td>3</td></tr>${row('Milk', '4')}</table>`,
    text: 'Drinks   Tea    3\n         Milk   4',
  },
  {
    what: 'a list in a cell stays in its column',
    html: `<table>${row('Monday', '<ul><li>tea</li><li>milk</li></ul>')}${row('Tuesday', 'none')}</table>`,
    text: 'Monday     * tea\n           * milk\nTuesday   none',
  },
  {
    what: 'a table of layout is in reading order',
    html: `<table><tr><td><table role="presentation"><tr><td>Logo</td></tr><tr><td><h1>Your order</h1><p>It is here.</p></td></tr></table></td></tr><tr><td>Acme, Lamp Street 1</td></tr></table>`,
    text: 'Logo\n\nYour order\n\nIt is here.\n\nAcme, Lamp Street 1',
  },
  {
    what: 'cells of a table of layout stay apart',
    html: '<table role="presentation"><tr><td>Total</td><td>7.00</td></tr><tr><td>Paid</td><td>Yes</td></tr></table>',
    text: 'Total\t7.00\nPaid\tYes',
  },
  {
    what: 'headings, lists and code keep their form',
    html: '<h2>Steps</h2><ol><li>Open<ul><li>the lid</li></ul></li><li>Close</li></ol><pre><code>a  b\n  c</code></pre>',
    text: 'Steps\n\n 1. Open\n    * the lid\n 2. Close\n\na  b\n  c',
  },
  {
    what: 'lists as the composer writes them are not spread',
    html: '<p>Hi</p><ul><li><p>one</p><ul><li><p>inner</p></li></ul></li><li><p>two</p></li></ul><ol start="3"><li><p>three</p></li></ol>',
    text: 'Hi\n\n * one\n   * inner\n * two\n\n 3. three',
  },
  {
    what: 'quotes in quotes are marked',
    html: '<p>Yes.</p><blockquote><p>Is it?</p><blockquote><p>It is.</p></blockquote></blockquote>',
    text: 'Yes.\n\n> Is it?\n>\n> > It is.',
  },
  {
    what: 'links show addresses that their words do not',
    html: '<p><a href="https://acme.example/help">Help</a>, <a href="https://acme.example/">acme.example</a>, <a href="mailto:a@acme.example">a@acme.example</a>, <a href="tel:+49301234">+49 30 1234</a>, <a href="#top">up</a></p>',
    text: 'Help <https://acme.example/help>, acme.example, a@acme.example, +49 30 1234, up',
  },
  {
    what: 'a link that writes a message shows the address',
    html: '<p><a href="mailto:a@acme.example?subject=Order%204&body=Hi">Write to us</a>, <a href="mailto:a@acme.example?subject=x">a@acme.example</a></p>',
    text: 'Write to us <a@acme.example>, a@acme.example',
  },
  {
    what: 'lines that are indented with no-break spaces stay so',
    html: `<p>loop:</p><p>${'&nbsp;'.repeat(9)}end</p>`,
    text: `loop:\n\n${'\u00a0'.repeat(9)}end`,
  },
  {
    what: 'a picture that is a link is named',
    html: '<img src="cid:a" alt="a.png"><a href="https://acme.example/buy"><img src="cid:b" alt="Buy it"></a>',
    text: 'Buy it <https://acme.example/buy>',
  },
  {
    what: 'a signature follows its delimiter',
    html: '<p>Bye</p><br><div class="gmail_signature"><p>John</p><p>Acme</p></div>',
    text: 'Bye\n\n-- \nJohn\n\nAcme',
  },
  {
    what: 'the signature of a template follows its delimiter',
    html: `<table role="presentation"><tr><td><p>Bye</p></td></tr><tr><td>${signatureMark}<p>John</p></td></tr></table>`,
    text: 'Bye\n\n-- \nJohn',
  },
  {
    what: 'a signature with a delimiter of its own gets no second one',
    html: '<p>Bye</p><div class="gmail_signature"><p>-- <br>John</p></div>',
    text: 'Bye\n\n-- \nJohn',
  },
])('$what', ({ html, text }) => {
  expect(textAlternative(html)).toBe(text);
});

test.each([
  'style="display:none"',
  'style="DISPLAY : none !important"',
  'style="max-height:0;overflow:hidden"',
  'style="mso-hide:all"',
  'style="font-size:1px;color:#fff;line-height:1px"',
  'style="opacity:0"',
  'style="visibility:hidden"',
  'hidden',
])('a preheader with %s is left out, with its filler', (attribute) => {
  const filler = '&#847;&zwnj;&nbsp;&#8199;&shy;'.repeat(40);
  const preheader = `<div ${attribute}>Read <b>this</b> first${filler}</div>`;
  expect(textAlternative(`<body>${preheader}<p>Hello</p></body>`)).toBe('Hello');
  expect(textAlternative(`<body><p>Hello</p>${preheader.replace('</div>', '')}`)).toBe('Hello');
  // One that cannot be told leaves no filler.
  expect(textAlternative(`<div>First${filler}</div><p>Hello</p>`)).toBe('First\n\nHello');
});

test('what only looks hidden stays', () => {
  expect(
    textAlternative('<td style="font-size:0px;line-height:0"><div style="font-size:14px">Hi</div></td>'),
  ).toBe('Hi');
  expect(textAlternative('<div style="max-height:0px">Shown</div>')).toBe('Shown');
  const joined = '👩‍👩‍👧 می‌خواهم 12\u00a0€';
  expect(textAlternative(`<p>${joined}</p>`)).toBe(joined);
});

test('every cell of a table of data stands in its column', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9.]{1,12}$/);
  const table = fc
    .integer({ min: 2, max: 6 })
    .chain((columns) =>
      fc.array(fc.array(word, { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 8 }),
    );
  fc.assert(
    fc.property(table, fc.boolean(), (rows, hasParagraphs) => {
      const html = rows
        .map((cells) => (hasParagraphs ? row(...cells) : `<tr><td>${cells.join('</td><td>')}</td></tr>`))
        .join('');
      const lines = textAlternative(`<table>${html}</table>`).split('\n');
      expect(lines.map((line) => line.split(/ {2,}/))).toEqual(rows);
      const secondColumn = lines.map((line) => line.search(/(?<= {3})\S/));
      expect(new Set(secondColumn).size).toBe(1);
    }),
    { numRuns: 100 },
  );
});

test('no HTML takes more than a second', async () => {
  const pieces = [
    '<table><tr><td>a<td>b',
    '<tr><td>a<td>b',
    '<table><tr><td colspan=9999 rowspan=9999>a<td>b',
    '<tr><td colspan=40>a<td rowspan=9999>b',
    '<td>a',
    '<tr><td>a<td>b</tr>',
    '<blockquote>a',
    '<a href=b>a',
    '<p hidden>a',
    '&zwnj; ',
  ];
  for (const piece of pieces) {
    const html = `<table>${piece.repeat(500_000 / piece.length)}`;
    expect(await leastProcessorTime(() => textAlternative(html), 1_000), piece).toBeLessThan(1_000);
  }
});
