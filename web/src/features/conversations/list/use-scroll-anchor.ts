import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { listHold } from '../../../api/list-hold.ts';

/** Rows that were in view, with their distance from the top of it in pixels. */
type Anchor = { row: ListRow; offset: number };

/**
 * Keeps the rows in view where they are when rows above them are added, moved or removed, and when something
 * appears above the list, such as the actions for selected rows. A list that shows its first row stays at the top. Returns the handler of the element's scroll event.
 */
export function useScrollAnchor(
  scrollRef: RefObject<HTMLElement | null>,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  rows: ListRow[],
): () => void {
  const anchors = useRef<Anchor[]>([]);
  const noteAnchors = () => {
    const top = scrollRef.current?.scrollTop ?? 0;
    anchors.current =
      top > 0
        ? virtualizer
            .getVirtualItems()
            .filter(({ end }) => end > top)
            .flatMap(({ index, start }) => (rows[index] ? [{ row: rows[index], offset: start - top }] : []))
        : [];
  };
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    // A row with a new message moves by itself: the first one that does not is the anchor.
    for (const { row, offset } of anchors.current) {
      const index = rows.findIndex(({ id }) => id === row.id);
      if (index < 0 || rows[index]!.lastMessageAt !== row.lastMessageAt) continue;
      const start = virtualizer.measurementsCache[index]?.start;
      if (start !== undefined) element.scrollTop = start - offset;
      break;
    }
    noteAnchors();
  }, [rows]);
  const isShown = rows.length > 0;
  useEffect(() => {
    const element = scrollRef.current;
    if (!element || !isShown) return;
    let { top } = element.getBoundingClientRect();
    const observer = new ResizeObserver(() => {
      const before = top;
      top = element.getBoundingClientRect().top;
      if (element.scrollTop > 0 || listHold.isStill) element.scrollTop += top - before;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scrollRef, isShown]);
  return noteAnchors;
}
