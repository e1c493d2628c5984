import { expect, test } from 'vitest';
import { readThreadIndex, replyThreadIndex } from './thread-index.ts';

const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
/** 2026-11-28 12:00 UTC is 0x01dd5eaf... as FILETIME, in the two forms of the header. */
const start = new Date('2026-11-28T12:00:00Z');
const fileTime = (BigInt(start.getTime()) + 11_644_473_600_000n) * 10_000n;
const timeBytes = Buffer.alloc(8);
timeBytes.writeBigUInt64BE(fileTime);
const byOutlook = Buffer.concat([timeBytes.subarray(0, 6), guid]).toString('base64');
const asSpecified = Buffer.concat([Buffer.from([1]), timeBytes.subarray(0, 5), guid]).toString('base64');

test.each([
  ['by Outlook', byOutlook],
  ['as specified', asSpecified],
])('a reply adds the time since the thread began, to a header %s', (_what, original) => {
  const reply = Buffer.from(replyThreadIndex(original, new Date('2026-11-28T13:00:00Z'))!, 'base64');
  expect(reply.subarray(0, 22).toString('base64')).toBe(original);
  expect(reply).toHaveLength(27);
  const seconds = (reply.readUInt32BE(22) * 2 ** 18) / 10_000_000;
  // The header leaves out the lowest bits of the time: 6.6 ms, or 1.7 s.
  expect(seconds).toBeGreaterThan(3_599.9);
  expect(seconds).toBeLessThan(3_602);
  const second = Buffer.from(replyThreadIndex(reply.toString('base64'), start)!, 'base64');
  expect(second.subarray(0, 27)).toEqual(reply);
  expect(second).toHaveLength(32);
});

test('above 1.7 years the time is less exact', () => {
  const reply = Buffer.from(replyThreadIndex(byOutlook, new Date('2029-11-28T12:00:00Z'))!, 'base64');
  const value = reply.readUInt32BE(22);
  expect(value & 0x8000_0000).not.toBe(0);
  const days = ((value & 0x7fff_ffff) * 2 ** 23) / 10_000_000 / 86_400;
  expect(days).toBeCloseTo(1_096, 1);
});

test('a valid field is read without its folding; others are not', () => {
  expect(readThreadIndex(byOutlook)).toBe(byOutlook);
  expect(readThreadIndex(`${byOutlook.slice(0, 20)}\r\n ${byOutlook.slice(20)}`)).toBe(byOutlook);
  expect(readThreadIndex('')).toBeNull();
  expect(readThreadIndex('not an index')).toBeNull();
  expect(readThreadIndex(byOutlook.slice(0, 20))).toBeNull();
  expect(readThreadIndex(Buffer.alloc(22).toString('base64'))).toBeNull();
  expect(readThreadIndex(Buffer.concat([Buffer.from([1]), Buffer.alloc(22)]).toString('base64'))).toBeNull();
  expect(
    readThreadIndex(Buffer.concat([Buffer.from([1]), Buffer.alloc(1_021)]).toString('base64')),
  ).toBeNull();
});

test('an index without room for more gets no reply', () => {
  const full = Buffer.concat([Buffer.from(byOutlook, 'base64'), Buffer.alloc(5 * 65)]).toString('base64');
  expect(readThreadIndex(full)).toBe(full);
  expect(replyThreadIndex(full, start)).toBeNull();
});
