import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Tag } from '../../../api/client.ts';
import { tags } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { KeyMenu } from './key-menu.tsx';
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
  // Keys are held until then: Enter would make a tag of a name that exists.
  const { isLoading } = useQuery(tags(instanceId));
  return (
    <KeyMenu label={t('tags.label')} opened={opened && !isLoading} setOpened={setOpened} button={children}>
      <TagOptions instanceId={instanceId} selectedIds={selectedIds} onToggle={onToggle} />
    </KeyMenu>
  );
}
