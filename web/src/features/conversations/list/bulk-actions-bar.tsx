import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconClock,
  IconMail,
  IconMailOpened,
  IconRotate,
  IconTag,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../../locales/messages.ts';
import { holdKeys } from '../../../ui/hold-keys.ts';
import { SnoozeMenu } from '../../../ui/snooze-menu.tsx';
import { useKeyboardShortcuts, useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { useAssignCommands } from '../actions/assign-commands.ts';
import { TagMenu } from '../actions/tag-menu.tsx';
import { AssignMenu } from './assign-menu.tsx';
import styles from './list.module.css';
import type { ListRoute } from './list-route.ts';
import { SelectAll } from './select-all.tsx';
import { ToolbarButton } from './toolbar-buttons.tsx';
import { type BulkChange, useBulkActions } from './use-bulk-actions.ts';
import type { BarMenu } from './use-row-actions.ts';
import type { Selection } from './use-selection.ts';

/** Changes the selected conversations; its shortcuts take precedence over those of the open conversation. */
export default function BulkActionsBar({
  instanceId,
  userId,
  listRoute,
  selection,
  menu,
}: {
  instanceId: string;
  userId: string;
  listRoute: ListRoute;
  selection: Selection;
  /** The menu that is open at first. */
  menu: BarMenu | null;
}) {
  const bulkActions = useBulkActions(instanceId, userId);
  const [open, setOpen] = useState(menu);
  useSuspendedKeys(open !== null);
  const change = (bulkChange: BulkChange) => {
    setOpen(null);
    selection.clear();
    void bulkActions.change(selection.rows, bulkChange);
  };
  const assignCommands = useAssignCommands(instanceId, (assigneeId) => change({ assigneeId }));
  const openByKey = (name: BarMenu) => () => {
    holdKeys();
    setOpen(name);
  };
  useKeyboardShortcuts(
    {
      e: () => change({ status: listRoute.view === 'done' ? 'open' : 'done' }),
      s: openByKey('snooze'),
      l: openByKey('tag'),
      i: () => change({ assigneeId: userId }),
      u: () => change({ read: false }),
      I: openByKey('assign'),
      ...assignCommands,
      Escape: () => selection.clear(),
    },
    { first: true },
  );
  const isDoneView = listRoute.view === 'done' && listRoute.query === undefined;
  return (
    <>
      <div role="toolbar" aria-label={t('selection.label')} className={styles.toolbar}>
        <Tooltip label={`${t('selection.clear')} · esc`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t('selection.clear')}
            onClick={selection.clear}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
        <strong aria-live="polite">{t('selection.selected', { count: selection.ids.size })}</strong>
        <span className={styles.actions}>
          <ToolbarButton
            name={isDoneView ? t('selection.reopen') : t('selection.done')}
            shortcut="e"
            onClick={() => change({ status: isDoneView ? 'open' : 'done' })}
          >
            {isDoneView ? <IconRotate size={16} /> : <IconCheck size={16} />}
          </ToolbarButton>
          <SnoozeMenu
            opened={open === 'snooze'}
            setOpened={(opened) => setOpen(opened ? 'snooze' : null)}
            action={t('selection.snooze')}
            onSelect={(at) => change({ status: 'snoozed', snoozedUntil: at.toISOString() })}
          >
            <ToolbarButton name={t('selection.snooze')} shortcut="s">
              <IconClock size={16} />
            </ToolbarButton>
          </SnoozeMenu>
          <AssignMenu
            {...{ instanceId, userId }}
            opened={open === 'assign'}
            setOpened={(opened) => setOpen(opened ? 'assign' : null)}
            onAssign={(assigneeId) => change({ assigneeId })}
          />
          <TagMenu
            instanceId={instanceId}
            selectedIds={noTags}
            opened={open === 'tag'}
            setOpened={(opened) => setOpen(opened ? 'tag' : null)}
            onToggle={({ id }) => change({ addTags: [id] })}
          >
            <ToolbarButton name={t('selection.tag')} shortcut="l" onClick={() => setOpen('tag')}>
              <IconTag size={16} />
            </ToolbarButton>
          </TagMenu>
          <ToolbarButton
            name={t('selection.readShort')}
            aria-label={t('selection.read')}
            onClick={() => change({ read: true })}
          >
            <IconMailOpened size={16} />
          </ToolbarButton>
          <ToolbarButton
            name={t('selection.unreadShort')}
            aria-label={t('selection.unread')}
            shortcut="u"
            onClick={() => change({ read: false })}
          >
            <IconMail size={16} />
          </ToolbarButton>
        </span>
      </div>
      <SelectAll {...{ instanceId, listRoute, selection }} allRows={bulkActions.allRows} />
    </>
  );
}

const noTags: ReadonlySet<string> = new Set();
