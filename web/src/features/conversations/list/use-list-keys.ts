import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { conversationList } from '../../../api/queries.ts';
import { useKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { conversationLink, type ListRoute, listFilter, listLink } from './list-route.ts';
import type { Selection } from './use-selection.ts';

/**
 * j and k move through a list: from conversation to conversation while one is open, else from row to row, and
 * enter opens; x selects; escape goes back. Answers the row the keyboard stands at. When the one it stood at
 * has left the list, what came in its place is next.
 */
export function useListKeys(
  instanceId: string,
  place: ListRoute,
  chosen: string | undefined,
  selection: Selection,
): string | null {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<string | null>(null);
  const stood = useRef(0);
  const rows = (): ListRow[] =>
    client
      .getQueryData(conversationList(instanceId, listFilter(place)).queryKey)
      ?.pages.flatMap((page) => page.conversations) ?? [];
  const at = chosen ?? cursor;
  const move = (by: 1 | -1) => {
    const all = rows();
    const index = at ? all.findIndex(({ id }) => id === at) : -1;
    const next =
      index >= 0 ? index + by : at ? stood.current + (by === 1 ? 0 : -1) : by === 1 ? 0 : all.length - 1;
    const row = all[Math.min(Math.max(0, next), all.length - 1)];
    if (!row) return;
    stood.current = all.indexOf(row);
    setCursor(row.id);
    if (chosen && row.id !== chosen) void navigate(conversationLink(place, row.id));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(cursor && !chosen && { Enter: () => void navigate(conversationLink(place, cursor)) }),
    ...(at && { x: () => selection.toggle(at) }),
    Escape: () => {
      if (!chosen) return setCursor(null);
      setCursor(chosen);
      void navigate(listLink(place));
    },
  });
  // A conversation opened by hand is where the keyboard goes on from.
  const index = useRef<string | undefined>(undefined);
  if (chosen !== index.current) {
    index.current = chosen;
    const found = chosen ? rows().findIndex(({ id }) => id === chosen) : -1;
    if (found >= 0) stood.current = found;
  }
  return cursor;
}
