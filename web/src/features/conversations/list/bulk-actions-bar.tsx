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
import { type BulkChange, useBulkActions } from './use-bulk-actions.tsx';
import type { Selection } from './use-selection.ts';

/** What can be done with the conversations selected; its keys go before those of the one that is open. */
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
  const members = useQuery(people(instanceId));
  const pages = useInfiniteQuery(conversationList(instanceId, listFilter(listRoute)));
  const [open, setOpen] = useState<'snooze' | 'assign' | 'tag' | null>(null);
  const [gatheredCount, setGatheredCount] = useState<number | null>(null);
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
  const loaded = pages.data?.pages.flatMap((page) => page.conversations) ?? [];
  const more = pages.hasNextPage;
  const isAll = selection.ids.size >= loaded.length;
  const addAll = async () => {
    setGatheredCount(selection.ids.size);
    const ids = await bulkActions.allIds(listRoute, setGatheredCount).catch(() => loaded.map(({ id }) => id));
    setGatheredCount(null);
    selection.add(ids);
  };
  const button = (name: string, icon: ReactNode, onClick: () => void, key?: string) => (
    <Tooltip label={key ? `${name} · ${key}` : name}>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={name} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <>
      <div role="toolbar" aria-label={t('selection.label')} className={styles.bar}>
        {button(t('selection.clear'), <IconX size={16} />, selection.clear, 'esc')}
        <strong aria-live="polite">{t('selection.selected', { count: selection.ids.size })}</strong>
        {listRoute.view === 'done' && listRoute.query === undefined
          ? button(t('selection.reopen'), <IconRotate size={16} />, () => change({ status: 'open' }), 'e')
          : button(t('selection.done'), <IconCheck size={16} />, () => change({ status: 'done' }), 'e')}
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
        <Menu opened={open === 'assign'} onChange={(opened) => setOpen(opened ? 'assign' : null)}>
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
            <Menu.Item onClick={() => change({ assigneeId: userId })}>{t('selection.toMe')}</Menu.Item>
            {members.data?.people
              .filter(({ id }) => id !== userId)
              .map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => change({ assigneeId: id })}>
                  {name}
                </Menu.Item>
              ))}
            <Menu.Item onClick={() => change({ assigneeId: null })}>{t('selection.nobody')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
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
        {button(t('selection.read'), <IconMailOpened size={16} />, () => change({ read: true }))}
        {button(t('selection.unread'), <IconMail size={16} />, () => change({ read: false }), 'u')}
      </div>
      {gatheredCount !== null ? (
        <Text size="xs" p="6px 12px" role="status">
          {t('selection.gathering', { count: gatheredCount })}
        </Text>
      ) : (
        (more || !isAll) && (
          <button type="button" className={styles.all} onClick={() => void addAll()}>
            {t('selection.all')}
          </button>
        )
      )}
    </>
  );
}

const noTags: ReadonlySet<string> = new Set();
