import { expect, test } from 'vitest';
import { fillPlaceholders, fillSavedReply } from './placeholders.ts';

test('placeholders are filled with escaped text; unknown ones stay', () => {
  const fill = {
    'customer.name': 'Ana <b>Silva',
    'customer.firstName': 'Ana',
    'customer.email': '',
    'user.name': 'John',
    'conversation.subject': 'Q & A',
  };
  const html = '<p>Hello {{customer.firstName}} {{ customer.name }} {{customer.email}} {{constructor}}</p>';
  expect(fillPlaceholders(html, fill)).toBe(
    '<p>Hello Ana Ana &#60;b&#62;Silva {{customer.email}} {{constructor}}</p>',
  );
});

test('a customer without a name leaves the placeholder, and "Last, First" gives the first name', () => {
  const values = { 'customer.name': 'a@far.example', 'customer.email': 'a@far.example' };
  const others = { 'user.name': 'John', 'conversation.subject': 'Q' };
  const fill = (name: string) =>
    fillSavedReply('Hello {{customer.firstName}}', { ...others, ...values, 'customer.name': name });
  expect(fill('a@far.example')).toBe('Hello {{customer.firstName}}');
  expect(fill('Silva, Ana')).toBe('Hello Ana');
});
