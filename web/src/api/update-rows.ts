import type { QueryClient } from '@tanstack/react-query';
import type { Conversation, ListRow } from './client.ts';
import { listQueries, mapRows, type Pages, replaceRows } from './list-pages.ts';
import type { ListFilter } from './queries/conversation-lists.ts';

/** Changes rows in every list; none leaves its list. */
export function updateRows(
  client: QueryClient,
  instanceId: string,
  ids: ReadonlySet<string>,
  change: (row: ListRow) => ListRow,
): void {
  for (const { queryKey } of listQueries(client, instanceId))
    client.setQueryData<Pages>(
      queryKey,
      (data) => data && mapRows(data, (row) => (ids.has(row.id) ? change(row) : row)),
    );
}

/**
 * Shows a change of conversations in every list before the server has answered. The function returned shows those with
 * `restoredIds` as they were, in the lists that they were in.
 */
export function updateListsOptimistically(
  client: QueryClient,
  { instanceId, userId }: { instanceId: string; userId: string },
  ids: ReadonlySet<string>,
  change: (row: ListRow) => ListRow,
): (restoredIds: ReadonlySet<string>) => void {
  const lists = listQueries(client, instanceId).flatMap(({ queryKey, state }) => {
    const pages = (state.data as Pages | undefined)?.pages ?? [];
    const rows = pages.flatMap((page) => page.conversations.filter(({ id }) => ids.has(id)));
    return rows.length > 0 ? [{ queryKey, rows }] : [];
  });
  for (const { queryKey, rows } of lists) {
    const { view, query } = queryKey[2] as ListFilter;
    const leaves = (row: ListRow) => query === undefined && !belongsToView(row, view, userId);
    const leavingIds = new Set(rows.filter((row) => leaves(change(row))).map(({ id }) => id));
    client.setQueryData<Pages>(queryKey, (data) => {
      if (!data) return data;
      const changed = mapRows(data, (row) => (ids.has(row.id) ? change(row) : row));
      return leavingIds.size > 0 ? replaceRows(changed, leavingIds, []) : changed;
    });
  }
  return (restoredIds) => {
    for (const { queryKey, rows } of lists) {
      const former = new Map(rows.filter(({ id }) => restoredIds.has(id)).map((row) => [row.id, row]));
      client.setQueryData<Pages>(queryKey, (data) => {
        if (!data) return data;
        const restored = mapRows(data, (row) => former.get(row.id) ?? row);
        const shownIds = new Set(restored.pages.flatMap((page) => page.conversations).map(({ id }) => id));
        const missing = [...former.values()].filter(({ id }) => !shownIds.has(id));
        return replaceRows(restored, new Set(), missing);
      });
    }
  };
}

/** Whether a conversation is in a view, as far as its row tells. */
export function belongsToView(row: Conversation, view: ListFilter['view'], userId: string): boolean {
  if (view === 'quiet') return true;
  if (view === 'mentions') return row.status !== 'done';
  if (view === 'snoozed' || view === 'done') return row.status === view;
  if (row.status !== 'open') return false;
  return view === 'open' || (view === 'mine' ? row.assignee?.id === userId : row.assignee === null);
}
