import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { loadedRow } from '../../../api/list-pages.ts';
import { useKeyboardShortcuts } from '../../../ui/use-keyboard-shortcuts.ts';
import { useAssignCommands } from '../actions/assign-commands.ts';
import type { ListRoute } from './list-route.ts';
import { type BulkChange, useBulkActions } from './use-bulk-actions.ts';
import type { Selection } from './use-selection.ts';

/** A menu of the bar of selected conversations. */
export type BarMenu = 'snooze' | 'assign' | 'tag';

/**
 * The keys that change the row at the cursor while no conversation is open and none is selected (the bar of selected
 * conversations has its own): done, unread and assigning at once; the others select the row and open a menu of the
 * bar. Returns that menu.
 */
export function useRowKeys(
  instanceId: string,
  userId: string,
  { listRoute, rowId, selection }: { listRoute: ListRoute; rowId: string | null; selection: Selection },
): BarMenu | null {
  const client = useQueryClient();
  const bulkActions = useBulkActions(instanceId, userId);
  const change = (update: BulkChange) => {
    const row = rowId === null ? undefined : loadedRow(client, instanceId, rowId);
    if (row) void bulkActions.change(new Map([[row.id, row]]), update);
  };
  const [menu, setMenu] = useState<{ rowId: string; name: BarMenu } | null>(null);
  const assign = useAssignCommands(instanceId, (assigneeId) => change({ assigneeId }));
  const openMenu = (name: BarMenu) => () => {
    setMenu({ rowId: rowId!, name });
    selection.toggle(rowId!);
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
  return menu && selection.ids.has(menu.rowId) ? menu.name : null;
}
