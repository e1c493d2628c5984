import { Menu } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { people } from '../../../api/queries/people.ts';
import { t } from '../../../locales/messages.ts';
import { ToolbarButton } from './toolbar-buttons.tsx';

/** Assigns the selected conversations to the user, to a colleague or to nobody. */
export function AssignMenu({
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
        <ToolbarButton name={t('selection.assign')} shortcut="i">
          <IconUserPlus size={16} />
        </ToolbarButton>
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
