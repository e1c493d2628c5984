import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeForHtml, mailMerge, mergeHtml, toSingleLine, unknownFields } from './mail-merge.ts';

const ana = { name: 'Ana Silva', email: 'ana@mail.example', fields: { 'Order no': '17', City: 'Porto' } };

test('fields are built in, Kustomer’s, or columns in any spelling', () => {
  expect(mailMerge('Dear {{firstName}}, {{ customer.name }} {{{email}}}', ana, toSingleLine)).toBe(
    'Dear Ana, Ana Silva ana@mail.example',
  );
  expect(
    mailMerge('{{Order no}} {{order_no}} {{orderNo}} {{fields.city}} [{{nothing}}]', ana, toSingleLine),
  ).toBe('17 17 17 Porto []');
  expect(unknownFields('{{firstName}} {{order no}} {{Vat}} {{vat}}', ['Order no'])).toEqual(['Vat', 'vat']);
});

test('a value never becomes markup, a new line or another field', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, value) => {
      const data = { name, email: 'a@b.example', fields: { x: value } };
      expect(mailMerge('{{name}}{{x}}', data, escapeForHtml)).not.toMatch(/[<>"']/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not appear
      expect(mailMerge('{{name}}{{x}}', data, toSingleLine)).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
  const sly = { name: '{{email}}', email: 'a@b.example', fields: {} };
  expect(mailMerge('{{name}}', sly, toSingleLine)).toBe('{{email}}');
});

test('a field may have a default for recipients without a value', () => {
  const greeting = 'Hello {{firstName|there}}, {{ city | your town }}';
  const nameless = { name: 'b@mail.example', email: 'b@mail.example', fields: { City: ' ' } };
  expect(mailMerge(greeting, nameless, toSingleLine)).toBe('Hello there, your town');
  expect(mailMerge(greeting, ana, toSingleLine)).toBe('Hello Ana, Porto');
  expect(mailMerge('{{firstName}} {{lastName}}', { ...ana, name: 'Silva, Ana' }, toSingleLine)).toBe(
    'Ana Silva',
  );
  expect(mergeHtml('<p>{{firstName&nbsp;|&nbsp;you &amp; yours}}</p>', nameless)).toBe(
    '<p>you &amp; yours</p>',
  );
  expect(unknownFields('{{firstName|there}} {{vat|none}}', [])).toEqual(['vat']);
});

test('a value that is a part of a link is encoded', () => {
  const data = { ...ana, fields: { order: `1/2 & "3"'`, link: 'https://x.example/?a=1&b=2' } };
  expect(mergeHtml('<a href="https://acme.example/{{order}}?e={{email}}">{{order}}</a>', data)).toBe(
    '<a href="https://acme.example/1%2F2%20%26%20%223%22%27?e=ana@mail.example">1/2 &#38; &#34;3&#34;&#39;</a>',
  );
  expect(mergeHtml('<a href="{{link}}">x</a>', data)).toBe('<a href="https://x.example/?a=1&#38;b=2">x</a>');
});
