import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { useKeyboardShortcuts } from '../../../ui/use-keyboard-shortcuts.ts';
import { conversationLink, type ListRoute, listFilter, listLink } from './list-route.ts';
import { neighbour } from './neighbour.ts';
import { holdListForKeys } from './use-list-hold.ts';
import type { Selection } from './use-selection.ts';

/**
 * The keys of a list: j and k move to the next and previous conversation, or row while none is open; Enter opens,
 * x selects, Escape goes back. Returns the id of the row at the cursor.
 */
export function useListKeys(
  instanceId: string,
  listRoute: ListRoute,
  activeId: string | undefined,
  selection: Selection,
): string | null {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { history } = useRouter();
  const [cursor, setCursor] = useState<string | null>(null);
  // The order of the list when the open conversation, or the row at the cursor, was last seen in it.
  const lastOrder = useRef<string[]>([]);
  const rows = (): ListRow[] =>
    client
      .getQueryData(conversationList(instanceId, listFilter(listRoute)).queryKey)
      ?.pages.flatMap((page) => page.conversations) ?? [];
  const targetId = activeId ?? cursor;
  const move = (step: 1 | -1) => {
    holdListForKeys();
    const all = rows().map(({ id }) => id);
    // The address is ahead of a page that is slow to render: a second press goes on from there.
    const ahead = activeId && history.location.pathname.split('/').at(-1);
    const fromId = ahead && all.includes(ahead) ? ahead : targetId;
    const row = neighbour(all, { id: fromId, step, lastOrder: lastOrder.current });
    if (!row) return;
    lastOrder.current = all;
    setCursor(row);
    if (activeId && row !== fromId) void navigate(conversationLink(listRoute, row));
  };
  useKeyboardShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ...(cursor && !activeId && { Enter: () => void navigate(conversationLink(listRoute, cursor)) }),
    ...(targetId && { x: () => selection.toggle(targetId) }),
    Escape: () => {
      if (!activeId) return setCursor(null);
      setCursor(activeId);
      void navigate(listLink(listRoute));
    },
  });
  // Arrows move the focus (use-roving-focus.ts), and the cursor goes with it.
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      const row = (target as HTMLElement).closest<HTMLElement>('[data-row]');
      if (row?.matches(':focus-visible')) setCursor(row.dataset.row ?? null);
    };
    document.addEventListener('focusin', onFocus);
    return () => document.removeEventListener('focusin', onFocus);
  }, []);
  // After a click the keys continue from the opened conversation.
  const seenId = useRef<string | undefined>(undefined);
  if (activeId !== seenId.current) {
    seenId.current = activeId;
    const all = rows().map(({ id }) => id);
    if (activeId && all.includes(activeId)) lastOrder.current = all;
  }
  return cursor;
}
