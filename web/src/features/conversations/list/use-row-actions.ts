import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { loadedRow } from '../../../api/list-pages.ts';
import { holdKeys } from '../../../ui/hold-keys.ts';
import { useKeyboardShortcuts } from '../../../ui/use-keyboard-shortcuts.ts';
import { useAssignCommands } from '../actions/assign-commands.ts';
import type { ListRoute } from './list-route.ts';
import { type BulkChange, useBulkActions } from './use-bulk-actions.ts';
import type { Selection } from './use-selection.ts';
import type { SwipeAction } from './use-swipe.ts';

/** A menu of the bar of selected conversations. */
export type BarMenu = 'snooze' | 'assign' | 'tag';

/**
 * Changes one row of the list: the row at the cursor by key, while no conversation is open and none is selected (the
 * bar of selected conversations has its own keys), and any row by a swipe. Done, unread and assigning happen at once;
 * the others select the row and open a menu of the bar. Returns that menu, and what a swipe does.
 */
export function useRowActions(
  instanceId: string,
  userId: string,
  { listRoute, rowId, selection }: { listRoute: ListRoute; rowId: string | null; selection: Selection },
): { menu: BarMenu | null; onSwipe(id: string, action: SwipeAction): void } {
  const client = useQueryClient();
  const bulkActions = useBulkActions(instanceId, userId);
  const change = (update: BulkChange | ((row: ListRow) => BulkChange), id = rowId) => {
    const row = id === null ? undefined : loadedRow(client, instanceId, id);
    if (row)
      void bulkActions.change(new Map([[row.id, row]]), typeof update === 'function' ? update(row) : update);
  };
  const [menu, setMenu] = useState<{ rowId: string; name: BarMenu } | null>(null);
  const assign = useAssignCommands(instanceId, (assigneeId) => change({ assigneeId }));
  const openMenu =
    (name: BarMenu, id = rowId!) =>
    () => {
      holdKeys();
      setMenu({ rowId: id, name });
      selection.toggle(id);
    };
  const isDone = listRoute.view === 'done' && listRoute.query === undefined;
  useKeyboardShortcuts(
    rowId === null || selection.ids.size > 0
      ? {}
      : {
          e: () => change({ status: isDone ? 'open' : 'done' }),
          i: () => change({ assigneeId: userId }),
          u: () => change({ read: false }),
          s: openMenu('snooze'),
          l: openMenu('tag'),
          I: openMenu('assign'),
          ...assign,
        },
  );
  return {
    menu: menu && selection.ids.has(menu.rowId) ? menu.name : null,
    onSwipe(id, action) {
      if (action === 'snooze') openMenu('snooze', id)();
      else change(({ status }) => ({ status: status === 'done' ? 'open' : 'done' }), id);
    },
  };
}
