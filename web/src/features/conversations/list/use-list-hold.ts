import { useQueryClient } from '@tanstack/react-query';
import {
  type FocusEvent,
  type PointerEvent,
  startTransition,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { listHold } from '../../../api/list-hold.ts';
import { refreshRows, reloadLists } from '../../../api/list-pages.ts';

/** Somebody who has not moved the pointer for this long, in milliseconds, has left the desk. */
const pointerRestMs = 60_000;
/** How long after a touch or a key the list stays still, in milliseconds. */
const touchMs = 3_000;
const keysMs = 5_000;

/** Keeps the list still for a moment: a key that walks it was pressed. */
export const holdListForKeys = (): void => listHold.holdFor('keys', keysMs);

/**
 * Holds the list still while it is in use (list-hold.ts), and shows what waited afterwards. `usedIds`: rows that
 * are selected, open or at the cursor, which stay. Returns the handlers of the list's element, how many
 * conversations wait to be shown, and how to show them at once.
 */
export function useListHold(instanceId: string, usedIds: Iterable<string | null | undefined>) {
  const client = useQueryClient();
  const [focusedId, setFocusedId] = useState<string>();
  const used = [...new Set([...usedIds, focusedId])].filter((id) => id != null).join(' ');
  useEffect(() => listHold.setKept(new Set(used.split(' '))), [used]);

  useEffect(() => {
    const show = () => {
      const { ids, reload } = listHold.take();
      if (reload) reloadLists(client, instanceId, listHold);
      else if (ids.length > 0) void refreshRows(client, instanceId, ids, listHold);
    };
    const unsubscribe = listHold.subscribe(() => listHold.hasDue && show());
    const releaseWhenHidden = () => document.visibilityState === 'hidden' && listHold.releaseAll();
    document.addEventListener('visibilitychange', releaseWhenHidden);
    return () => {
      unsubscribe();
      document.removeEventListener('visibilitychange', releaseWhenHidden);
      listHold.releaseAll();
      listHold.setKept(new Set());
      // The list is not shown any more when this runs, and reloads when it is shown again.
      setTimeout(show, 0);
    };
  }, [client, instanceId]);

  const waitingCount = useSyncExternalStore(listHold.subscribe, () => listHold.waitingCount);
  return {
    waitingCount,
    /** Shows what waits; the list is held again from the next movement on. */
    showWaiting: () => listHold.releaseAll(),
    handlers: {
      onPointerEnter: holdForPointer,
      onPointerMove: holdForPointer,
      onPointerDown: holdForPointer,
      onPointerLeave: () => listHold.release('pointer'),
      onKeyDown: holdListForKeys,
      onFocus: ({ target }: FocusEvent) =>
        setFocusedId(target.closest<HTMLElement>('[data-row]')?.dataset.row),
      // Later: what takes the focus, such as a composer, is painted first.
      onBlur: () => startTransition(() => setFocusedId(undefined)),
    },
  };
}

function holdForPointer({ pointerType }: PointerEvent): void {
  if (pointerType === 'touch') listHold.holdFor('touch', touchMs);
  else listHold.holdFor('pointer', pointerRestMs);
}
