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
  const seenUntil = useRef<number>(undefined);
  useEffect(() => {
    if (rows.length === 0) return;
    const timeOf = (row: ListRow) => Date.parse(row.lastMessageAt);
    const before = seenUntil.current;
    seenUntil.current = Math.max(before ?? 0, ...rows.map(timeOf));
    if (before === undefined) return;
    const arrived = rows.filter(
      (row) => row.unread && row.lastDirection === 'inbound' && row.id !== activeId && timeOf(row) > before,
    );
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
