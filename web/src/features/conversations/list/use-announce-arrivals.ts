import { useEffect, useRef } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { listHold } from '../../../api/list-hold.ts';
import { t } from '../../../locales/messages.ts';
import { announce } from '../../../ui/announce.tsx';

/**
 * Says to users of a screen reader which mail came into the list, and, while the list is held still, that changes
 * wait. The open conversation says itself what came in.
 */
export function useAnnounceArrivals(
  rows: ListRow[],
  activeId: string | undefined,
  waitingCount: number,
): void {
  const seenUntil = useRef<string>(undefined);
  useEffect(() => {
    if (rows.length === 0) return;
    const before = seenUntil.current;
    seenUntil.current = newestTime(rows, before);
    if (before === undefined) return;
    const arrived = arrivedSince(rows, before).filter(({ id }) => id !== activeId);
    const [first] = arrived;
    if (!first) return;
    const name = first.customer.name || first.customer.address;
    announce(t('list.arrived', { count: arrived.length, name }));
  }, [rows, activeId]);
  // Once, and not with each further change.
  const isWaiting = waitingCount > 0;
  useEffect(() => {
    if (isWaiting) announce(t('list.showChanges', { count: listHold.waitingCount }));
  }, [isWaiting]);
}

type Arrival = Pick<ListRow, 'id' | 'lastMessageAt' | 'unread' | 'lastDirection'>;

/**
 * The time of the newest message of rows that may be a hundred thousand, at least `since`. Times of the server are
 * ISO 8601 in UTC with milliseconds, which are in order as texts.
 */
export function newestTime(rows: ReadonlyArray<Pick<Arrival, 'lastMessageAt'>>, since = ''): string {
  let newest = since;
  for (const { lastMessageAt } of rows) if (lastMessageAt > newest) newest = lastMessageAt;
  return newest;
}

/** The rows with unread mail that is newer than this time. */
export function arrivedSince<Row extends Arrival>(rows: readonly Row[], since: string): Row[] {
  return rows.filter((row) => row.lastMessageAt > since && row.unread && row.lastDirection === 'inbound');
}
