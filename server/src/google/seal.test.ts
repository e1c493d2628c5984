import { expect, test } from 'vitest';
import { createSealer } from './seal.ts';

const old = 'the secret of last year, long enough';
const now = 'the secret of this year, long enough';

test('opens what it sealed; each ciphertext differs', async () => {
  const sealer = createSealer([now]);
  const [one, two] = [await sealer.seal('1//token', 'mailbox 1'), await sealer.seal('1//token', 'mailbox 1')];
  expect(one).not.toBe(two);
  expect(one).not.toContain('token');
  expect(await sealer.open(one, 'mailbox 1')).toBe('1//token');
});

test('a former secret still opens; the current one seals', async () => {
  const sealed = await createSealer([old]).seal('1//token', 'mailbox 1');
  const rotated = createSealer([now, old]);
  expect(await rotated.open(sealed, 'mailbox 1')).toBe('1//token');
  expect(await createSealer([old]).open(await rotated.seal('x', 'p'), 'p')).toBeNull();
});

test('another secret or purpose, damage and garbage do not open', async () => {
  const sealed = await createSealer([now]).seal('1//token', 'mailbox 1');
  expect(await createSealer([old]).open(sealed, 'mailbox 1')).toBeNull();
  expect(await createSealer([now]).open(sealed, 'mailbox 2')).toBeNull();
  const parts = sealed.split('.');
  parts[3] = Buffer.from('forged').toString('base64url');
  expect(await createSealer([now]).open(parts.join('.'), 'mailbox 1')).toBeNull();
  expect(await createSealer([now]).open('not a JWE', 'mailbox 1')).toBeNull();
});
