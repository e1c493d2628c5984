import { expect, test } from 'vitest';
import { checkRecipient, normalizeAddress } from './addresses.ts';

test('spellings of one address are equal, different addresses are not', () => {
  expect(normalizeAddress(' Ana@Bücher.Example ')).toBe(normalizeAddress('ana@xn--bcher-kva.example'));
  expect(normalizeAddress('ana+shop@example.com')).not.toBe(normalizeAddress('ana@example.com'));
});

test('a recipient is accepted, or rejected with a reason', () => {
  expect(checkRecipient('Ana <ana@example.com>')).toEqual({
    kind: 'ok',
    recipient: { name: 'Ana', address: 'ana@example.com' },
  });
  for (const text of [
    'ana',
    'ana@',
    '@example.com',
    'ana@localhost',
    'a@x.com, b@x.com',
    'a@x.com\nb@x.com',
    'a@x?.com',
  ]) {
    expect(checkRecipient(text).kind, text).toBe('invalid');
  }
});
