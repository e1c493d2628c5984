import { ActionIcon, Menu, Text, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconClock,
  IconMail,
  IconMailOpened,
  IconRotate,
  IconTag,
  IconUserPlus,
  IconX,
} from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { conversationList, people } from '../../../api/queries.ts';
import { t } from '../../../locales/messages.ts';
import { SnoozeMenu } from '../../../ui/snooze-menu.tsx';
import { useKeyboardShortcuts, useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { TagMenu } from '../actions/tag-menu.tsx';
import styles from './list.module.css';
import { type ListRoute, listFilter } from './list-route.ts';
import { type BulkChange, useBulkActions } from './use-bulk-actions.ts';
import type { Selection } from './use-selection.ts';

/** Changes the selected conversations; its shortcuts take precedence over those of the open conversation. */
export default function BulkActionsBar({
  instanceId,
  userId,
  listRoute,
  selection,
}: {
  instanceId: string;
  userId: string;
  listRoute: ListRoute;
  selection: Selection;
}) {
  const bulkActions = useBulkActions(instanceId, userId);
  const [open, setOpen] = useState<'snooze' | 'assign' | 'tag' | null>(null);
  useSuspendedKeys(open !== null);
  const change = (bulkChange: BulkChange) => {
    setOpen(null);
    selection.clear();
    void bulkActions.change([...selection.ids], bulkChange);
  };
  useKeyboardShortcuts(
    {
      e: () => change({ status: listRoute.view === 'done' ? 'open' : 'done' }),
      s: () => setOpen('snooze'),
      l: () => setOpen('tag'),
      i: () => change({ assigneeId: userId }),
      u: () => change({ read: false }),
      Escape: () => selection.clear(),
    },
    { first: true },
  );
  return (
    <>
      <div role="toolbar" aria-label={t('selection.label')} className={styles.toolbar}>
        <ToolbarButton
          name={t('selection.clear')}
          shortcut="esc"
          icon={<IconX size={16} />}
          onClick={selection.clear}
        />
        <strong aria-live="polite">{t('selection.selected', { count: selection.ids.size })}</strong>
        {listRoute.view === 'done' && listRoute.query === undefined ? (
          <ToolbarButton
            name={t('selection.reopen')}
            shortcut="e"
            icon={<IconRotate size={16} />}
            onClick={() => change({ status: 'open' })}
          />
        ) : (
          <ToolbarButton
            name={t('selection.done')}
            shortcut="e"
            icon={<IconCheck size={16} />}
            onClick={() => change({ status: 'done' })}
          />
        )}
        <SnoozeMenu
          opened={open === 'snooze'}
          setOpened={(opened) => setOpen(opened ? 'snooze' : null)}
          action={t('selection.snooze')}
          onSelect={(at) => change({ status: 'snoozed', snoozedUntil: at.toISOString() })}
        >
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={t('selection.snooze')}
            title={`${t('selection.snooze')} · s`}
          >
            <IconClock size={16} />
          </ActionIcon>
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
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={t('selection.tag')}
            title={`${t('selection.tag')} · l`}
            onClick={() => setOpen('tag')}
          >
            <IconTag size={16} />
          </ActionIcon>
        </TagMenu>
        <ToolbarButton
          name={t('selection.read')}
          icon={<IconMailOpened size={16} />}
          onClick={() => change({ read: true })}
        />
        <ToolbarButton
          name={t('selection.unread')}
          shortcut="u"
          icon={<IconMail size={16} />}
          onClick={() => change({ read: false })}
        />
      </div>
      <SelectAll {...{ instanceId, listRoute, selection }} allIds={bulkActions.allIds} />
    </>
  );
}

const noTags: ReadonlySet<string> = new Set();

function ToolbarButton({
  name,
  shortcut,
  icon,
  onClick,
}: {
  name: string;
  shortcut?: string;
  icon: ReactNode;
  onClick(): void;
}) {
  return (
    <Tooltip label={shortcut ? `${name} · ${shortcut}` : name}>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={name} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function AssignMenu({
  instanceId,
  userId,
  opened,
  setOpened,
  onAssign,
}: {
  instanceId: string;
  userId: string;
  opened: boolean;
  setOpened(opened: boolean): void;
  onAssign(assigneeId: string | null): void;
}) {
  const members = useQuery(people(instanceId));
  return (
    <Menu opened={opened} onChange={setOpened}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t('selection.assign')}
          title={`${t('selection.assign')} · i`}
        >
          <IconUserPlus size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Item onClick={() => onAssign(userId)}>{t('selection.toMe')}</Menu.Item>
        {members.data?.people
          .filter(({ id }) => id !== userId)
          .map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => onAssign(id)}>
              {name}
            </Menu.Item>
          ))}
        <Menu.Item onClick={() => onAssign(null)}>{t('selection.nobody')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Offers to select the conversations of the list that are not selected or not loaded yet. */
function SelectAll({
  instanceId,
  listRoute,
  selection,
  allIds,
}: {
  instanceId: string;
  listRoute: ListRoute;
  selection: Selection;
  allIds: ReturnType<typeof useBulkActions>['allIds'];
}) {
  const pages = useInfiniteQuery(conversationList(instanceId, listFilter(listRoute)));
  const [gatheredCount, setGatheredCount] = useState<number | null>(null);
  const loaded = pages.data?.pages.flatMap((page) => page.conversations) ?? [];
  const more = pages.hasNextPage;
  const isAll = selection.ids.size >= loaded.length;
  const addAll = async () => {
    setGatheredCount(selection.ids.size);
    const ids = await allIds(listRoute, setGatheredCount).catch(() => loaded.map(({ id }) => id));
    setGatheredCount(null);
    selection.add(ids);
  };
  if (gatheredCount !== null) {
    return (
      <Text size="xs" p="6px 12px" role="status">
        {t('selection.gathering', { count: gatheredCount })}
      </Text>
    );
  }
  if (!more && isAll) return null;
  return (
    <button type="button" className={styles.selectAll} onClick={() => void addAll()}>
      {t('selection.all')}
    </button>
  );
}
