import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { conversationList } from '../../../api/queries.ts';
import { firstViewDrawn } from '../../../ui/first-view.ts';
import { Empty, Failure, Loading } from '../../../ui/states.tsx';
import { words } from '../../../words/words.ts';
import { ConversationRow } from './conversation-row.tsx';
import styles from './list.module.css';
import { type ListRoute, listFilter } from './list-route.ts';
import type { Selection } from './use-selection.ts';

const rowHeight = 76;
/** So many rows before the end of what is loaded the next page is asked for. */
const ahead = 300;

/** The conversations of a list, newest first; only the rows in sight exist, and pages load as one scrolls. */
export function ConversationList({
  instanceId,
  place,
  chosen,
  cursor,
  selection,
}: {
  instanceId: string;
  place: ListRoute;
  chosen: string | undefined;
  /** The row the keyboard stands at while none is open. */
  cursor: string | null;
  selection: Selection;
}) {
  const query = useInfiniteQuery(conversationList(instanceId, listFilter(place)));
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.conversations) ?? [], [pages]);
  const now = useMinute();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - ahead) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  useEffect(() => {
    if (!query.isPending) firstViewDrawn();
  }, [query.isPending]);

  const at = cursor ?? chosen;
  const latest = useRef({ rows, virtual, selection });
  latest.current = { rows, virtual, selection };
  const select = useCallback((id: string, event: MouseEvent) => {
    const { rows, selection } = latest.current;
    if (event.shiftKey) selection.through(id, rows);
    else selection.toggle(id);
  }, []);
  useEffect(() => {
    const index = at ? latest.current.rows.findIndex(({ id }) => id === at) : -1;
    if (index >= 0) latest.current.virtual.scrollToIndex(index, { align: 'auto' });
  }, [at]);

  if (query.isPending) return <Loading lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0) return <Nothing place={place} problems={pages?.[0]?.problems ?? []} />;
  const more = pages?.[0]?.more && !hasNextPage;
  return (
    <section ref={scroller} className={styles.scroller} aria-label={words.list.label}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => {
          const row = rows[index]!;
          return (
            <div
              key={row.id}
              className={styles.place}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
            >
              <ConversationRow
                row={row}
                listRoute={place}
                now={now}
                active={row.id === chosen}
                cursor={row.id === cursor}
                selected={selection.ids.has(row.id)}
                onSelect={select}
              />
            </div>
          );
        })}
      </div>
      {more && <p className={styles.end}>{words.search.onlyBest(rows.length)}</p>}
    </section>
  );
}

function Nothing({
  place,
  problems,
}: {
  place: ListRoute;
  problems: Array<{ code: string; value: string }>;
}) {
  if (place.query === undefined) return <Empty {...words.list.empty[place.view]} />;
  const [problem] = problems;
  if (problem) {
    const { title, text } = words.search.problems[problem.code as keyof typeof words.search.problems];
    return <Empty title={title(problem.value)} text={text} />;
  }
  if (place.query.trim() === '') return <Empty title={words.search.begin} text={words.search.beginText} />;
  return (
    <Empty
      title={words.search.none}
      text={place.filterId ? words.search.noneOfFilter : words.search.noneText}
    />
  );
}

/** Now, kept true to half a minute for all rows together. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
