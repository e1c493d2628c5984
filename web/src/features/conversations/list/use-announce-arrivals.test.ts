import { expect, test } from 'vitest';
import { arrivedSince, newestTime } from './use-announce-arrivals.ts';

const row = (id: string, minute: number, changes = {}) => ({
  id,
  lastMessageAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  unread: true,
  lastDirection: 'inbound' as const,
  ...changes,
});

test('what arrived is unread mail of customers that is newer than all before', () => {
  const before = newestTime([row('a', 1), row('b', 5)]);
  const rows = [
    row('new', 6),
    row('read', 7, { unread: false }),
    row('ours', 8, { lastDirection: 'outbound' }),
    row('b', 5),
  ];
  expect(arrivedSince(rows, before).map(({ id }) => id)).toEqual(['new']);
  expect(newestTime([row('a', 1)], before)).toBe(before);
});

test('a list of two hundred thousand rows has a newest time', () => {
  const rows = Array.from({ length: 200_000 }, (_, n) => row(String(n), n % 7));
  expect(newestTime(rows)).toBe('2026-01-01T00:06:00.000Z');
});
