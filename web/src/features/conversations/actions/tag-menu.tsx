import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Tag } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { TagOptions } from './tag-options.tsx';

/** A menu that adds and removes tags, with a field that filters them and creates new ones. */
export function TagMenu({
  instanceId,
  selectedIds,
  opened,
  setOpened,
  onToggle,
  children,
}: {
  instanceId: string;
  /** The tags shown as selected. */
  selectedIds: ReadonlySet<string>;
  opened: boolean;
  setOpened(opened: boolean): void;
  onToggle(tag: Tag, selected: boolean): void;
  /** The button that the menu is placed at. */
  children: ReactNode;
}) {
  useSuspendedKeys(opened);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={240}
      trapFocus
      returnFocus
      withinPortal
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown p={6} aria-label={t('tags.label')}>
        <TagOptions instanceId={instanceId} selectedIds={selectedIds} onToggle={onToggle} />
      </Popover.Dropdown>
    </Popover>
  );
}
