import { expect, test } from 'vitest';
import { inOwnMemory, ownMemoryFrom, release } from './own-memory.ts';

test('decoded bytes have memory of their own, which can be released', () => {
  const bytes = ownMemoryFrom('SGVsbG8');
  expect(Buffer.from(bytes).toString()).toBe('Hello');
  expect(inOwnMemory(bytes)).toBe(bytes);
  release(bytes);
  expect(bytes.buffer).toMatchObject({ byteLength: 0, detached: true });
});

test('memory that other bytes may be in is not released', () => {
  const all = new Uint8Array([1, 2, 3]);
  release(all.subarray(1));
  expect([...all]).toEqual([1, 2, 3]);
});
