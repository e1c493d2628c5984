import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api, type Problem, type SavedFilter } from '../../api/client.ts';
import { filters } from '../../api/queries.ts';
import { words } from '../../words/words.ts';

/** Over the list of a saved filter: what it looks for, and what can be done with it. */
export default function FilterBar({
  instanceId,
  slug,
  filter,
  isAdmin,
}: {
  instanceId: string;
  slug: string;
  filter: SavedFilter;
  isAdmin: boolean;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    try {
      await answer(
        api.DELETE('/api/instances/{instanceId}/filters/{filterId}', {
          params: { path: { instanceId, filterId: filter.id } },
        }),
      );
      void navigate({ to: '/$slug/inbox/$view', params: { slug, view: 'open' } });
      await client.invalidateQueries({ queryKey: filters(instanceId).queryKey });
    } catch (error) {
      const { message, remedy } = error as Problem;
      notifications.show({ color: 'red', title: message, message: remedy });
    }
  };
  return (
    <Group
      justify="space-between"
      wrap="nowrap"
      gap={4}
      px={12}
      py={4}
      style={{ borderBottom: '1px solid var(--line)' }}
    >
      <Text size="xs" c="var(--quiet)" truncate title={filter.query}>
        {filter.query}
      </Text>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={24} aria-label={words.filters.actions(filter.name)}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={14} />}
            onClick={() =>
              void navigate({ to: '/$slug/search', params: { slug }, search: { q: filter.query } })
            }
          >
            {words.filters.edit}
          </Menu.Item>
          {(filter.own || (filter.shared && isAdmin)) && (
            <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={() => void remove()}>
              {words.filters.delete}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
