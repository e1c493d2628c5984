import { expect, test } from 'vitest';
import { fillPlaceholders } from './placeholders.ts';

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
