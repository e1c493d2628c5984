import { expect, test } from 'vitest';
import type { ListRow, Tag } from './client.ts';
import { replaceRows, updateTags } from './list-pages.ts';

const tag = (id: string, name: string, color: Tag['color'] = 'red'): Tag => ({ id, name, color });
const row = (id: string, minute: number, tags: Tag[] = []) =>
  ({ id, lastMessageAt: new Date(2026, 0, 1, 12, minute).toISOString(), tags }) as ListRow;
const pages = (...each: ListRow[][]) => ({
  pages: each.map((conversations, at) => ({
    conversations,
    next: at === each.length - 1 ? null : String(at),
  })),
  pageParams: each.map(() => undefined),
});

test('a changed row moves to its place; other pages stay the same objects', () => {
  const before = pages([row('d', 40), row('c', 30)], [row('b', 20), row('a', 10)]);
  const after = replaceRows(before, new Set(['c']), [row('c', 50)]);
  expect(after.pages[0]!.conversations.map(({ id }) => id)).toEqual(['c', 'd']);
  expect(after.pages[1]).toBe(before.pages[1]);
});

test('rows get renamed tags and lose deleted ones; other pages stay the same', () => {
  const [late, urgent] = [tag('1', 'late'), tag('2', 'urgent')];
  const before = pages([row('d', 40, [late, urgent]), row('c', 30, [urgent])], [row('b', 20, [urgent])]);
  const renamed = updateTags(before, [urgent, tag('1', 'waits', 'blue')]);
  expect(renamed.pages[0]!.conversations[0]!.tags).toEqual([urgent, tag('1', 'waits', 'blue')]);
  expect(renamed.pages[0]!.conversations[1]).toBe(before.pages[0]!.conversations[1]);
  expect(renamed.pages[1]).toBe(before.pages[1]);
  const deleted = updateTags(before, [late]);
  expect(deleted.pages.flatMap((page) => page.conversations.map(({ tags }) => tags.length))).toEqual([
    1, 0, 0,
  ]);
});
