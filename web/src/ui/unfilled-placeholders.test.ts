import { expect, test } from 'vitest';
import { unfilledPlaceholders } from './unfilled-placeholders.ts';

test.each([
  ['<p>Hello {{customer.firstName}},</p>', ['{{customer.firstName}}']],
  ['<p>Hello {{customer.<b>firstName</b>}},</p>', ['{{customer.firstName}}']],
  ['<p>Dear [Name], your order [order number]</p><p>[Name]</p>', ['[Name]', '[order number]']],
  ['<p>Bonjour [votre nom], le {date}</p>', ['[votre nom]', '{date}']],
  ['<p>Hallo &lt;Vorname&gt;, am [Datum einfügen]</p>', ['[Datum einfügen]', '<Vorname>']],
  ['<p>[CUSTOMER_NAME]</p>', ['[CUSTOMER_NAME]']],
])('%s', (html, expected) => {
  expect(unfilledPlaceholders(html).sort()).toEqual([...expected].sort());
});

test.each([
  '<p>See [1] and [sic], [EXTERN] [Ticket #123] [x] […]</p>',
  '<p>{ "id": 3 } &lt;ana@far.example&gt; &lt;https://far.example/name&gt;</p>',
  '<pre><code>const name = `{{name}}`; [name]</code></pre><p>Use <code>{{customer.name}}</code>.</p>',
  '<p>[Smith]</p><p>[This is what the customer told us yesterday about the date]</p>',
  '',
])('no placeholder: %s', (html) => {
  expect(unfilledPlaceholders(html)).toEqual([]);
});

test('the subject is looked at too', () => {
  expect(unfilledPlaceholders('<p>Hello</p>', 'Your order {{number}}')).toEqual(['{{number}}']);
});
