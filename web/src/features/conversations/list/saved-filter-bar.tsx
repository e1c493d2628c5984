import { ActionIcon, Group, Menu, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconForms, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, type ProblemError, type SavedFilter, unwrapResponse } from '../../../api/client.ts';
import { filters } from '../../../api/queries.ts';
import { t } from '../../../locales/messages.ts';

/** Over the list of a saved filter: what it looks for, and what can be done with it. */
export default function SavedFilterBar({
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
  const [renaming, setRenaming] = useState(false);
  // Once the menu has gone: it takes the focus back to its button.
  const renameOnClose = useRef(false);
  const mayChange = filter.own || (filter.shared && isAdmin);
  const rename = async (name: string) => {
    setRenaming(false);
    if (name === '' || name === filter.name) return;
    const { queryKey } = filters(instanceId);
    // At once: what the server refuses is asked anew, and said.
    client.setQueryData(
      queryKey,
      (data) =>
        data && { filters: data.filters.map((one) => (one.id === filter.id ? { ...one, name } : one)) },
    );
    try {
      await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/filters/{filterId}', {
          params: { path: { instanceId, filterId: filter.id } },
          body: { name, query: filter.query, shared: filter.shared },
        }),
      );
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
    }
    await client.invalidateQueries({ queryKey });
  };
  const remove = async () => {
    try {
      await unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/filters/{filterId}', {
          params: { path: { instanceId, filterId: filter.id } },
        }),
      );
      void navigate({ to: '/$slug/inbox/$view', params: { slug, view: 'open' } });
      await client.invalidateQueries({ queryKey: filters(instanceId).queryKey });
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
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
      {renaming ? (
        <TextInput
          size="xs"
          flex={1}
          aria-label={t('filters.name')}
          defaultValue={filter.name}
          maxLength={60}
          autoFocus
          onFocus={({ currentTarget }) => currentTarget.select()}
          onBlur={({ currentTarget }) => void rename(currentTarget.value.trim())}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape') currentTarget.value = filter.name;
            if (key === 'Escape' || key === 'Enter') currentTarget.blur();
          }}
        />
      ) : (
        <Text size="xs" c="var(--quiet)" truncate title={filter.query}>
          {filter.query}
        </Text>
      )}
      <Menu
        position="bottom-end"
        onExitTransitionEnd={() => {
          if (renameOnClose.current) setRenaming(true);
          renameOnClose.current = false;
        }}
      >
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={t('filters.actions', { name: filter.name })}
          >
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
            {t('filters.edit')}
          </Menu.Item>
          {mayChange && (
            <Menu.Item leftSection={<IconForms size={14} />} onClick={() => (renameOnClose.current = true)}>
              {t('filters.rename')}
            </Menu.Item>
          )}
          {mayChange && (
            <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={() => void remove()}>
              {t('filters.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
