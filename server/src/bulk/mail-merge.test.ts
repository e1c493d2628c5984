import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeForHtml, mailMerge, toSingleLine, unknownFields } from './mail-merge.ts';

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
