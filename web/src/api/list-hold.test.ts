import { beforeEach, expect, test, vi } from 'vitest';
import type { ListRow } from './client.ts';
import { ListHold } from './list-hold.ts';
import { replaceHeldRows } from './list-pages.ts';

const row = (id: string, minute: number, snippet = '') =>
  ({ id, snippet, lastMessageAt: new Date(2026, 0, 1, 12, minute).toISOString() }) as ListRow;
const pages = (conversations: ListRow[], next: string | null = null) => ({
  pages: [{ conversations, next }],
  pageParams: [undefined],
});
const before = pages([row('c', 30), row('b', 20), row('a', 10)]);

let hold: ListHold;
beforeEach(() => {
  vi.useFakeTimers();
  hold = new ListHold();
  return () => vi.useRealTimers();
});
const apply = (data: ReturnType<typeof pages>, ids: string[], rows: ListRow[]) =>
  replaceHeldRows(data, new Set(ids), rows, hold).pages[0]!.conversations;
const idsOf = (rows: ListRow[]) => rows.map(({ id }) => id);

test('a list in use changes in place: no row comes, moves or goes', () => {
  hold.holdFor('pointer', 1_000);
  const after = apply(before, ['a', 'b', 'new'], [row('a', 50, 'answered'), row('new', 40)]);
  expect(idsOf(after)).toEqual(['c', 'b', 'a']);
  expect(after[2]).toMatchObject({ snippet: 'answered' });
  expect(after[1]).toMatchObject({ gone: true });
  expect(hold.waitingCount).toBe(2);
  expect(hold.hasDue).toBe(false);
  hold.release('pointer');
  expect(hold.hasDue).toBe(true);
  expect(hold.take()).toEqual({ ids: ['a', 'b', 'new'], reload: false });
  expect(hold.hasDue).toBe(false);
});

test('a list that nobody uses shows changes at once', () => {
  expect(idsOf(apply(before, ['a', 'b', 'new'], [row('a', 50), row('new', 40)]))).toEqual(['a', 'new', 'c']);
  expect(hold.waitingCount).toBe(0);
});

test('a row in use stays, marked, until it is used no more', () => {
  hold.setKept(new Set(['b']));
  expect(apply(before, ['b', 'c'], [])).toMatchObject([{ id: 'b', gone: true }, { id: 'a' }]);
  expect(hold.hasDue).toBe(false);
  hold.setKept(new Set());
  expect(hold.take().ids).toEqual(['b']);
  // It may also come back.
  const marked = pages([{ ...row('b', 20), gone: true }]);
  expect(apply(marked, ['b'], [row('b', 20)])[0]!.gone).toBeUndefined();
});

test('what is below the loaded rows does not wait', () => {
  hold.holdFor('keys', 1_000);
  replaceHeldRows(pages(before.pages[0]!.conversations, 'more'), new Set(['old']), [row('old', 1)], hold);
  expect(hold.waitingCount).toBe(0);
});

test('each reason holds for its own time', () => {
  const listener = vi.fn();
  hold.subscribe(listener);
  hold.holdFor('keys', 1_000);
  hold.holdFor('pointer', 5_000);
  vi.advanceTimersByTime(1_000);
  expect(hold.isStill).toBe(true);
  hold.postponeReload();
  vi.advanceTimersByTime(4_000);
  expect(hold.isStill).toBe(false);
  expect(listener).toHaveBeenCalled();
  expect(hold.take().reload).toBe(true);
});
