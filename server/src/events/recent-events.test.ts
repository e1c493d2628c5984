import { expect, test } from 'vitest';
import { createRecentEvents } from './recent-events.ts';

const event = (seq: number, only: string | null = null) => ({
  seq,
  text: `${seq};`,
  size: `${seq};`.length,
  only,
});
const bounds = { maxEvents: 4, maxBytes: 1_000, chunkBytes: 5 };
const textAfter = (recent: ReturnType<typeof createRecentEvents>, seq: number, userId = 'ann') => {
  const chunk = recent.after(seq, userId);
  return chunk && chunk !== 'behind' ? [chunk.seq, String(chunk.bytes)] : chunk;
};

test('a reader gets what follows its number, in chunks', () => {
  const recent = createRecentEvents(0, bounds);
  expect(recent.push([event(1), event(2), event(3)])).toBe(6);
  expect(textAfter(recent, 0)).toEqual([2, '1;2;']);
  expect(textAfter(recent, 2)).toEqual([3, '3;']);
  expect(textAfter(recent, 3)).toBeNull();
});

test('readers at the same place get the same bytes', () => {
  const recent = createRecentEvents(0, bounds);
  recent.push([event(1), event(2, 'ann')]);
  expect(recent.after(0, 'ben')).toBe(recent.after(0, 'cy'));
  recent.push([event(3)]);
  expect(textAfter(recent, 1, 'ben')).toEqual([3, '3;']);
});

test('an event for one user is given to that user only', () => {
  const recent = createRecentEvents(0, bounds);
  recent.push([event(1), event(2, 'ann')]);
  expect(textAfter(recent, 0, 'ann')).toEqual([2, '1;2;']);
  expect(textAfter(recent, 0, 'ben')).toEqual([2, '1;']);
  expect(textAfter(recent, 1, 'ben')).toEqual([2, '']);
});

test('the oldest events are forgotten, by number and by bytes', () => {
  const byNumber = createRecentEvents(0, bounds);
  byNumber.push([1, 2, 3, 4, 5].map((seq) => event(seq)));
  expect(textAfter(byNumber, 0)).toBe('behind');
  expect(textAfter(byNumber, 1)).toEqual([3, '2;3;']);
  const byBytes = createRecentEvents(0, { ...bounds, maxBytes: 4 });
  byBytes.push([event(1), event(2), event(3)]);
  expect(textAfter(byBytes, 0)).toBe('behind');
  expect(textAfter(byBytes, 1)).toEqual([3, '2;3;']);
});

test('where numbers are missing, readers from before are behind', () => {
  const recent = createRecentEvents(0, bounds);
  recent.push([event(1), event(2)]);
  expect(recent.push([event(5)])).toBe(2);
  expect([recent.newest, textAfter(recent, 2), textAfter(recent, 4)]).toEqual([5, 'behind', [5, '5;']]);
});
