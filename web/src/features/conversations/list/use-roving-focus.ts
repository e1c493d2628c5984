import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

const linkOf = (list: HTMLElement, id: string) =>
  list.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);

/**
 * A list as one tab stop (WAI-ARIA Authoring Practices, "roving tabindex"): arrows, Home and End move the focus from
 * row to row. `targetId`: the open conversation or the row at the cursor, which the focus follows if it is in the
 * list, or nowhere. Returns the row that Tab reaches.
 */
export function useRovingFocus(
  listRef: RefObject<HTMLElement | null>,
  rows: ReadonlyArray<{ id: string }>,
  targetId: string | null | undefined,
  scrollToIndex: (index: number) => void,
) {
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const wantedId = useRef<string | null>(null);
  const has = (id: string | null | undefined) => rows.some((row) => row.id === id);
  const tabStopId = [focusedId, targetId].find(has) ?? rows[0]?.id;

  // The list renders only visible rows, so a row may appear some renders after it was scrolled to.
  useEffect(() => {
    if (wantedId.current === null || !listRef.current) return;
    const link = linkOf(listRef.current, wantedId.current);
    if (!link) return;
    wantedId.current = null;
    link.focus({ preventScroll: true });
  });
  const lastTarget = useRef(targetId);
  useEffect(() => {
    if (targetId === lastTarget.current) return;
    lastTarget.current = targetId;
    const focused = document.activeElement;
    const follows = focused === document.body || (focused && listRef.current?.contains(focused));
    if (!targetId || !follows || !listRef.current) return;
    const link = linkOf(listRef.current, targetId);
    if (link) link.focus({ preventScroll: true });
    else wantedId.current = targetId;
  }, [targetId, listRef]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.row;
    const index = rows.findIndex((row) => row.id === id);
    if (index < 0) return;
    const last = rows.length - 1;
    const next = {
      ArrowDown: Math.min(index + 1, last),
      ArrowUp: Math.max(index - 1, 0),
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const row = rows[next]!;
    scrollToIndex(next);
    setFocusedId(row.id);
    const link = linkOf(event.currentTarget, row.id);
    if (link) link.focus({ preventScroll: true });
    else wantedId.current = row.id;
  };
  const onFocus = (event: { target: EventTarget }) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.row;
    if (id) setFocusedId(id);
  };
  return { tabStopId, onKeyDown, onFocus };
}
