import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Conversation } from '../../api/client.ts';
import { conversations, type View } from '../../api/queries.ts';
import { Initials } from '../../ui/initials.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/words.ts';
import styles from './list.module.css';

const rowHeight = 76;

/** Where a list is looked at: a view, or one mailbox's open conversations. */
export type ListPlace = { slug: string; view: View; mailboxId?: string };

/** The link to a conversation within a list. */
export function conversationLink({ slug, view, mailboxId }: ListPlace, conversationId: string) {
  return mailboxId
    ? ({
        to: '/$slug/mailbox/$mailboxId/$conversationId',
        params: { slug, mailboxId, conversationId },
      } as const)
    : ({ to: '/$slug/inbox/$view/$conversationId', params: { slug, view, conversationId } } as const);
}

/** The conversations of a view, newest first; only the rows in sight exist, and pages load as one scrolls. */
export function ConversationList({
  instanceId,
  place,
  chosen,
}: {
  instanceId: string;
  place: ListPlace;
  chosen?: string | undefined;
}) {
  const query = useInfiniteQuery(conversations(instanceId, place.view, place.mailboxId));
  const rows = query.data?.pages.flatMap((page) => page.conversations) ?? [];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 10) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (query.isPending) return <Loading lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0) return <Empty {...words.list.empty[place.view]} />;
  return (
    <section ref={scroller} className={styles.scroller} aria-label={words.list.label}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, key, start }) => (
          <div
            key={key}
            className={styles.place}
            style={{ transform: `translateY(${start}px)`, height: rowHeight }}
          >
            <Row row={rows[index]!} place={place} chosen={rows[index]!.id === chosen} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Row({ row, place, chosen }: { row: Conversation; place: ListPlace; chosen: boolean }) {
  return (
    <Link
      {...conversationLink(place, row.id)}
      className={`${styles.row} ${chosen ? styles.chosen : ''} ${row.unread ? styles.unread : ''}`}
      aria-current={chosen ? 'true' : undefined}
    >
      <Initials name={row.customer.name} size={32} />
      <div className={styles.words}>
        <div className={styles.top}>
          <span className={styles.name}>{row.customer.name}</span>
          <span className={styles.time}>
            <Time at={row.lastMessageAt} />
          </span>
        </div>
        <div className={styles.subject}>
          {row.unread && <span className={styles.dot} role="img" aria-label={words.list.unread} />}
          {row.subject || words.list.noSubject}
        </div>
        <div className={styles.snippet}>
          {row.lastDirection === 'outbound' && words.list.you}
          {row.snippet}
        </div>
      </div>
    </Link>
  );
}
