import type { InfiniteData, Query, QueryClient, QueryKey } from '@tanstack/react-query';
import { api, type Conversation, type ListPage, type ListRow, type Tag, unwrapResponse } from './client.ts';
import type { ListHold } from './list-hold.ts';
import { changesAnswered, isBeingChanged } from './own-changes.ts';
import { tags } from './queries/conversation.ts';
import { type ListFilter, localTimeZone } from './queries/conversation-lists.ts';
import { fetchSettled } from './refetch.ts';

export type Pages = InfiniteData<ListPage, string | undefined>;

/** How many rows one request can ask for. */
const batchSize = 100;
/** With more changed rows than this a list is reloaded from its first page. */
const maxRowsToRefresh = 500;

/** Newest first, as the server orders a list. */
function sortsBefore(a: Conversation, b: Conversation): boolean {
  const [one, other] = [Date.parse(a.lastMessageAt), Date.parse(b.lastMessageAt)];
  return one === other ? a.id > b.id : one > other;
}

/**
 * Pages without the removed conversations and with the rows at their sorted position. A row that sorts after
 * the last loaded one is left out: its page is not loaded yet. Unchanged pages stay the same objects.
 */
export function replaceRows(data: Pages, removedIds: ReadonlySet<string>, rows: ListRow[]): Pages {
  const pages = data.pages.map((page) =>
    page.conversations.some(({ id }) => removedIds.has(id))
      ? { ...page, conversations: page.conversations.filter(({ id }) => !removedIds.has(id)) }
      : page,
  );
  for (const row of rows) {
    const at = pages.findIndex((page) => {
      const last = page.conversations.at(-1);
      return last !== undefined && sortsBefore(row, last);
    });
    const index = at >= 0 ? at : pages.at(-1)?.next === null ? pages.length - 1 : -1;
    const page = pages[index];
    if (!page) continue;
    const rowIndex = page.conversations.findIndex((one) => sortsBefore(row, one));
    const conversations = [...page.conversations];
    conversations.splice(rowIndex < 0 ? conversations.length : rowIndex, 0, row);
    pages[index] = { ...page, conversations };
  }
  return { ...data, pages };
}

/**
 * Pages with the rows in place as far as the list is held: rows in use keep their places and are only updated, new
 * ones wait. What is not held is replaced as by `replaceRows`.
 */
export function replaceHeldRows(
  data: Pages,
  ids: ReadonlySet<string>,
  rows: ListRow[],
  hold: Pick<ListHold, 'isStill' | 'isKept' | 'note'>,
): Pages {
  const now = new Map(rows.map((row) => [row.id, row]));
  const shown = new Map(data.pages.flatMap((page) => page.conversations).map((row) => [row.id, row]));
  const end = data.pages.at(-1)?.next === null ? undefined : data.pages.at(-1)?.conversations.at(-1);
  const staysInPlace = new Set<string>();
  for (const id of ids) {
    const [before, after] = [shown.get(id), now.get(id)];
    const isLoaded = after !== undefined && (before !== undefined || !end || sortsBefore(after, end));
    const isMoved = isLoaded && before?.lastMessageAt !== after.lastMessageAt;
    const change = isMoved ? 'move' : before && !after ? 'removal' : undefined;
    if (before && (hold.isStill || (!after && hold.isKept(id)))) staysInPlace.add(id);
    hold.note(id, hold.isStill || staysInPlace.has(id) ? change : undefined);
  }
  const updated = mapRows(data, (row) =>
    staysInPlace.has(row.id) ? (now.get(row.id) ?? { ...row, gone: true }) : row,
  );
  if (hold.isStill) return updated;
  const others = new Set([...ids].filter((id) => !staysInPlace.has(id)));
  return replaceRows(
    updated,
    others,
    rows.filter(({ id }) => others.has(id)),
  );
}

/** The lists of an instance in the query cache: views, mailboxes and searches. */
export const listQueries = (client: QueryClient, instanceId: string) =>
  client.getQueryCache().findAll({ queryKey: [instanceId, 'conversation-list'] });

/** The row of a conversation in a list that is loaded. */
export function loadedRow(
  client: QueryClient,
  instanceId: string,
  conversationId: string,
): ListRow | undefined {
  for (const { state } of listQueries(client, instanceId)) {
    const pages = (state.data as Pages | undefined)?.pages ?? [];
    const row = pages.flatMap((page) => page.conversations).find(({ id }) => id === conversationId);
    if (row) return row;
  }
}

/** The loaded conversations of a customer, or those that name a user. */
export function conversationsOf(
  client: QueryClient,
  instanceId: string,
  { customerId, userId }: { customerId?: string | undefined; userId?: string | undefined },
): string[] {
  if (customerId === undefined && userId === undefined) return [];
  const rows = listQueries(client, instanceId).flatMap(
    ({ state }) => (state.data as Pages | undefined)?.pages.flatMap((page) => page.conversations) ?? [],
  );
  const found = rows.filter(
    ({ customer, assignee, lastAuthor }) =>
      (customerId !== undefined && customer.id === customerId) ||
      (userId !== undefined && (assignee?.id === userId || lastAuthor?.id === userId)),
  );
  return [...new Set(found.map(({ id }) => id))];
}

const firstPage = (data: Pages | undefined): Pages | undefined =>
  data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };

/** Reloads every list from its first page, after events may have been missed; later, while the list is held. */
export function reloadLists(client: QueryClient, instanceId: string, hold?: ListHold): void {
  if (hold?.isStill) hold.postponeReload();
  else reloadFirstPage(client, [instanceId, 'conversation-list']);
}

/** Pages whose rows have the current tags, in the order of these. Unchanged pages stay the same objects. */
export function updateTags(data: Pages, now: Tag[]): Pages {
  return mapRows(data, (row) => {
    const currentTags = now.filter(({ id }) => row.tags.some((one) => one.id === id));
    const same =
      currentTags.length === row.tags.length &&
      currentTags.every(({ id, name, color }, at) => {
        const before = row.tags[at]!;
        return before.id === id && before.name === name && before.color === color;
      });
    return same ? row : { ...row, tags: currentTags };
  });
}

/** Shows renamed, recoloured or deleted tags in the loaded rows; searches are reloaded, as they may find others. */
export async function refreshTags(client: QueryClient, instanceId: string, hold: ListHold): Promise<void> {
  await client.invalidateQueries({ queryKey: [instanceId, 'tags'] });
  const now = await client.fetchQuery({ ...tags(instanceId), staleTime: 1_000 }).catch(() => null);
  if (!now) return reloadLists(client, instanceId, hold);
  for (const { queryKey } of listQueries(client, instanceId)) {
    const { query } = queryKey[2] as ListFilter;
    if (query === undefined)
      client.setQueryData<Pages>(queryKey, (data) => data && updateTags(data, now.tags));
    else if (hold.isStill) hold.postponeReload();
    else reloadFirstPage(client, queryKey);
  }
}

function reloadFirstPage(client: QueryClient, queryKey: QueryKey): void {
  client.setQueriesData<Pages>({ queryKey }, firstPage);
  void client.invalidateQueries({ queryKey });
}

/**
 * Refetches the rows of these conversations in every list shown; other lists reload when they are shown. `hold`:
 * for changes of others, which wait while the list is in use. Rows that show a change of the user's before the server
 * has answered it are fetched after the answer.
 */
export async function refreshRows(
  client: QueryClient,
  instanceId: string,
  ids: string[],
  hold?: ListHold,
): Promise<void> {
  if (ids.length > maxRowsToRefresh) return reloadLists(client, instanceId, hold);
  const later = new Set(ids.filter(isBeingChanged));
  const now = ids.filter((id) => !later.has(id));
  if (now.length > 0)
    await Promise.all(
      listQueries(client, instanceId).map((query) => refreshList(client, query, { ids: now, hold, later })),
    );
  if (later.size === 0) return;
  await changesAnswered(later);
  await refreshRows(client, instanceId, [...later], hold);
}

/** Refetches rows of one list; adds the ids of those that the user changed meanwhile to `later`. */
async function refreshList(
  client: QueryClient,
  query: Query,
  { ids, hold, later }: { ids: string[]; hold: ListHold | undefined; later: Set<string> },
): Promise<void> {
  const { queryKey } = query;
  if (!query.isActive()) {
    client.setQueryData<Pages>(queryKey, firstPage);
    await client.invalidateQueries({ queryKey, exact: true, refetchType: 'none' });
    return;
  }
  const [instanceId, , { view, mailboxId, query: q }] = queryKey as [string, string, ListFilter];
  // A page being fetched may be older than the change and overwrites the rows written here. So wait for it
  // before fetching the rows, and fetch them again where another page was started meanwhile.
  do {
    await fetchSettled(query);
    for (let from = 0; from < ids.length; from += batchSize) {
      const batch = ids.slice(from, from + batchSize);
      const queryParams = {
        view,
        mailboxId,
        ids: batch.join(','),
        ...(q !== undefined && { q, timeZone: localTimeZone() }),
      };
      const rows = await unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations/in-view', {
          params: { path: { instanceId }, query: queryParams },
        }),
      ).catch(() => null);
      if (!rows) {
        await client.invalidateQueries({ queryKey, exact: true });
        return;
      }
      for (const id of batch) if (isBeingChanged(id)) later.add(id);
      const current = new Set(batch.filter((id) => !later.has(id)));
      const conversations = rows.conversations.filter(({ id }) => current.has(id));
      client.setQueryData<Pages>(
        queryKey,
        (data) => data && mergeRows(data, current, { ...rows, conversations }, { q, hold }),
      );
    }
  } while (query.state.fetchStatus !== 'idle' && query.isActive());
}

/** In a search by relevance the rows change in place and none is added, as its order is the server's. */
function mergeRows(
  data: Pages,
  ids: Set<string>,
  rows: { conversations: ListRow[]; ordered: boolean },
  { q, hold }: { q: string | undefined; hold: ListHold | undefined },
): Pages {
  if (q === undefined || rows.ordered) {
    return hold
      ? replaceHeldRows(data, ids, rows.conversations, hold)
      : replaceRows(data, ids, rows.conversations);
  }
  return mapRows(data, (row) => {
    const now = ids.has(row.id) ? rows.conversations.find(({ id }) => id === row.id) : undefined;
    return now ? { ...now, hit: row.hit } : row;
  });
}

/** Pages with each row as `change` returns it. Unchanged pages stay the same objects. */
export function mapRows(data: Pages, change: (row: ListRow) => ListRow): Pages {
  const pages = data.pages.map((page) => {
    const conversations = page.conversations.map(change);
    return conversations.some((row, index) => row !== page.conversations[index])
      ? { ...page, conversations }
      : page;
  });
  return { ...data, pages };
}
