import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { useKeyboardShortcuts } from '../../../ui/use-keyboard-shortcuts.ts';
import { conversationLink, type ListRoute, listFilter, listLink } from './list-route.ts';
import type { Selection } from './use-selection.ts';

/**
 * The keys of a list: j and k move to the next and previous conversation, or row while none is open; Enter opens,
 * x selects, Escape goes back. Returns the id of the row at the cursor. When that row leaves the list, the row
 * that takes its position is next.
 */
export function useListKeys(
  instanceId: string,
  listRoute: ListRoute,
  activeId: string | undefined,
  selection: Selection,
): string | null {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<string | null>(null);
  const cursorIndex = useRef(0);
  const rows = (): ListRow[] =>
    client
      .getQueryData(conversationList(instanceId, listFilter(listRoute)).queryKey)
      ?.pages.flatMap((page) => page.conversations) ?? [];
  const targetId = activeId ?? cursor;
  const move = (step: 1 | -1) => {
    const all = rows();
    const index = targetId ? all.findIndex(({ id }) => id === targetId) : -1;
    const next =
      index >= 0
        ? index + step
        : targetId
          ? cursorIndex.current + (step === 1 ? 0 : -1)
          : step === 1
            ? 0
            : all.length - 1;
    const row = all[Math.min(Math.max(0, next), all.length - 1)];
    if (!row) return;
    cursorIndex.current = all.indexOf(row);
    setCursor(row.id);
    if (activeId && row.id !== activeId) void navigate(conversationLink(listRoute, row.id));
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
  // After a click the keys continue from the opened conversation.
  const index = useRef<string | undefined>(undefined);
  if (activeId !== index.current) {
    index.current = activeId;
    const found = activeId ? rows().findIndex(({ id }) => id === activeId) : -1;
    if (found >= 0) cursorIndex.current = found;
  }
  return cursor;
}
