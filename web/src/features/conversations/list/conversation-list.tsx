import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { hasFailed } from '../../../api/has-failed.ts';
import { me } from '../../../api/queries/account.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { belongsToView } from '../../../api/update-rows.ts';
import { t } from '../../../locales/messages.ts';
import { useDisplayChoice } from '../../../ui/display-choices.ts';
import { markFirstViewRendered } from '../../../ui/first-view.ts';
import { NextPageButton } from '../../../ui/next-page-button.tsx';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { useNarrow } from '../../../ui/use-narrow.ts';
import { ConversationRow } from './conversation-row.tsx';
import { EmptyList } from './empty-list.tsx';
import styles from './list.module.css';
import holdStyles from './list-hold.module.css';
import { type ListRoute, listFilter } from './list-route.ts';
import swipeStyles from './swipe.module.css';
import { SwipeBackdrop } from './swipe-backdrop.tsx';
import { useAnnounceArrivals } from './use-announce-arrivals.ts';
import { useListHold } from './use-list-hold.ts';
import { usePrefetch } from './use-prefetch.ts';
import { useRevealRow } from './use-reveal-row.ts';
import { useRovingFocus } from './use-roving-focus.ts';
import { useScrollAnchor } from './use-scroll-anchor.ts';
import type { Selection } from './use-selection.ts';
import { type SwipeAction, useSwipe } from './use-swipe.ts';

/** In pixels; list.module.css lays the rows out. At 900 px these are 15 and 12 conversations. */
const rowHeights = { compact: 56, comfortable: 68 };
/** The next page is fetched when this many loaded rows remain below. */
const prefetchRows = 300;

/** The conversations of a list, newest first: only visible rows are rendered, and pages load on scrolling. */
export function ConversationList({
  instanceId,
  listRoute,
  activeId,
  cursorId,
  selection,
  onSwipe,
  onPrepare,
}: {
  instanceId: string;
  listRoute: ListRoute;
  activeId: string | undefined;
  /** The row the keyboard is at while no conversation is open. */
  cursorId: string | null;
  selection: Selection;
  onSwipe(id: string, action: SwipeAction): void;
  /** Called with a conversation that is likely to be opened next, and with undefined when none is. */
  onPrepare(id: string | undefined): void;
}) {
  const userId = useSuspenseQuery(me).data.user.id;
  const query = useInfiniteQuery(conversationList(instanceId, listFilter(listRoute)));
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.conversations) ?? [], [pages]);
  const now = useCurrentTime();
  const density = useDensity();
  const rowHeight = rowHeights[density];
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, fetchNextPage } = query;
  // After a failure only once the list could be fetched again, or when the user asks for it.
  const canLoadMore = hasNextPage && !query.isFetchingNextPage && !query.isError;
  useEffect(() => {
    if (canLoadMore && last >= rows.length - prefetchRows) void fetchNextPage();
  }, [last, rows.length, canLoadMore, fetchNextPage]);

  useEffect(() => {
    if (!query.isPending) markFirstViewRendered();
  }, [query.isPending]);

  const hold = useListHold(instanceId, [...selection.ids, cursorId, activeId]);
  const prefetch = usePrefetch(instanceId, { rows, currentId: activeId ?? cursorId }, onPrepare);
  const { swipe, handlers: swiping } = useSwipe(selection.ids.size === 0, onSwipe);
  useAnnounceArrivals(rows, activeId, hold.waitingCount);
  const noteAnchors = useScrollAnchor(scrollRef, virtualizer, rows);
  useRevealRow(instanceId, cursorId ?? activeId, virtualizer, {
    rows,
    isInList: (row) => listRoute.query === undefined && belongsToView(row, listRoute.view, userId),
    loadMore: canLoadMore ? fetchNextPage : null,
  });
  const roving = useRovingFocus(scrollRef, rows, cursorId ?? activeId, (index) =>
    virtualizer.scrollToIndex(index, { align: 'auto' }),
  );
  const latest = useRef({ rows, selection });
  latest.current = { rows, selection };
  const select = useCallback((id: string, event: MouseEvent) => {
    const { rows, selection } = latest.current;
    if (event.shiftKey) selection.extendTo(id, rows);
    else selection.toggle(id);
  }, []);

  if (query.isPending) return <LoadingState lines={6} />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0)
    return <EmptyList instanceId={instanceId} listRoute={listRoute} problems={pages?.[0]?.problems ?? []} />;
  const more = pages?.[0]?.more && !hasNextPage;
  return (
    <section
      ref={scrollRef}
      className={`${styles.scroller} ${styles[density]}`}
      aria-label={t('list.label')}
      onScroll={noteAnchors}
      {...swiping}
      {...hold.handlers}
      onPointerDown={(event) => {
        hold.handlers.onPointerDown(event);
        prefetch.onPointerDown(event);
        swiping.onPointerDown(event);
      }}
      onPointerMove={(event) => {
        hold.handlers.onPointerMove(event);
        prefetch.onPointerMove(event);
        swiping.onPointerMove(event);
      }}
      onPointerLeave={() => {
        hold.handlers.onPointerLeave();
        prefetch.onPointerLeave();
      }}
      onKeyDown={(event) => {
        hold.handlers.onKeyDown();
        roving.onKeyDown(event);
      }}
      onFocus={(event) => {
        hold.handlers.onFocus(event);
        roving.onFocus(event);
      }}
    >
      {hold.waitingCount > 0 && (
        <div className={holdStyles.waiting}>
          <Button size="compact-xs" leftSection={<IconArrowUp size={14} />} onClick={hold.showWaiting}>
            {t('list.showChanges', { count: hold.waitingCount })}
          </Button>
        </div>
      )}
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => {
          const row = rows[index]!;
          return (
            <div
              key={row.id}
              className={`${styles.rowPosition} ${row.gone ? holdStyles.gone : ''}`}
              title={row.gone ? t('list.gone') : undefined}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
            >
              {swipe?.id === row.id && <SwipeBackdrop swipe={swipe} isDone={row.status === 'done'} />}
              <div
                data-swipe={row.id}
                className={swipe?.id === row.id ? swipeStyles.swiped : styles.swipeable}
              >
                <ConversationRow
                  row={row}
                  userId={userId}
                  listRoute={listRoute}
                  now={now}
                  active={row.id === activeId}
                  cursor={row.id === cursorId}
                  selected={selection.ids.has(row.id)}
                  tabStop={row.id === roving.tabStopId}
                  onSelect={select}
                />
              </div>
            </div>
          );
        })}
      </div>
      {query.isError && (
        <NextPageButton query={query} p="sm">
          {t('common.tryAgain')}
        </NextPageButton>
      )}
      {more && <p className={styles.end}>{t('search.onlyBest', { count: rows.length })}</p>}
    </section>
  );
}

/** The chosen density; rows that are touched need the larger one. */
function useDensity(): 'compact' | 'comfortable' {
  const [density] = useDisplayChoice('density');
  return useNarrow() ? 'comfortable' : density;
}

/** The current time, updated every half minute for all rows. */
function useCurrentTime(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
