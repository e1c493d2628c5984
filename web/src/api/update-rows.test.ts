import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, test } from 'vitest';
import type { ListRow } from './client.ts';
import { loadedRow } from './list-pages.ts';
import { conversationList } from './queries/conversation-lists.ts';
import { updateListsOptimistically, updateRows } from './update-rows.ts';

const row = (id: string, minute: number) =>
  ({
    id,
    lastMessageAt: new Date(2026, 0, 1, 12, minute).toISOString(),
    status: 'open',
    unread: true,
    tags: [],
  }) as unknown as ListRow;
const user = { instanceId: 'i', userId: 'u' };

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
});

function showList(view: 'open' | 'done', rows: ListRow[], query?: string) {
  const { queryKey } = conversationList('i', { view, ...(query !== undefined && { query }) });
  client.setQueryData(queryKey, {
    pages: [{ conversations: rows, next: null }],
    pageParams: [undefined],
  } as never);
  return () =>
    client
      .getQueryData(queryKey)!
      .pages.flatMap(({ conversations }) => conversations)
      .map(({ id, status }) => `${id} ${status}`);
}

test('a row that is marked as read stays in its list', () => {
  showList('open', [row('a', 10)]);
  updateRows(client, 'i', new Set(['a']), (one) => ({ ...one, unread: false }));
  expect(loadedRow(client, 'i', 'a')).toMatchObject({ id: 'a', unread: false });
  expect(loadedRow(client, 'i', 'b')).toBeUndefined();
});

test('rows that a change removed return to their places when it is undone', () => {
  const open = showList('open', [row('c', 30), row('b', 20), row('a', 10)]);
  const done = showList('done', []);
  const found = showList('open', [row('b', 20)], 'parcel');
  const restore = updateListsOptimistically(client, user, new Set(['b', 'a']), (one) => ({
    ...one,
    status: 'done',
  }));
  expect([open(), done(), found()]).toEqual([['c open'], [], ['b done']]);
  restore(new Set(['b']));
  expect([open(), done(), found()]).toEqual([['c open', 'b open'], [], ['b open']]);
});
