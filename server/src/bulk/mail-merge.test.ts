import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asHtml, asLine, merge, unknownFields } from './mail-merge.ts';

const ana = { name: 'Ana Silva', email: 'ana@mail.example', fields: { 'Order no': '17', City: 'Porto' } };

test('fields by our names, Kustomer’s, and the list’s columns however they are written', () => {
  expect(merge('Dear {{firstName}}, {{ customer.name }} {{{email}}}', ana, asLine)).toBe(
    'Dear Ana, Ana Silva ana@mail.example',
  );
  expect(merge('{{Order no}} {{order_no}} {{orderNo}} {{fields.city}} [{{nothing}}]', ana, asLine)).toBe(
    '17 17 17 Porto []',
  );
  expect(unknownFields('{{firstName}} {{order no}} {{Vat}} {{vat}}', ['Order no'])).toEqual(['Vat', 'vat']);
});

test('no value becomes markup, another line or another field', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, value) => {
      const data = { name, email: 'a@b.example', fields: { x: value } };
      expect(merge('{{name}}{{x}}', data, asHtml)).not.toMatch(/[<>"']/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(merge('{{name}}{{x}}', data, asLine)).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
  const sly = { name: '{{email}}', email: 'a@b.example', fields: {} };
  expect(merge('{{name}}', sly, asLine)).toBe('{{email}}');
});
