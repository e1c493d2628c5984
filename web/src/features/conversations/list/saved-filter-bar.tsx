import { ActionIcon, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconForms, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, type ProblemError, type SavedFilter, unwrapResponse } from '../../../api/client.ts';
import { filters } from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

/** The bar above the list of a saved filter: its query, and the menu that edits, renames or deletes it. */
export default function SavedFilterBar({
  instanceId,
  slug,
  filter,
  query,
  showChanged,
  isAdmin,
}: {
  instanceId: string;
  slug: string;
  /** As it is now. */
  filter: SavedFilter;
  /** The search whose list is shown. */
  query: string;
  /** Its search was changed since it was opened: shows the new one. */
  showChanged: (() => void) | null;
  isAdmin: boolean;
}) {
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  // Rename after the menu has closed: closing moves the focus to its button.
  const renameOnClose = useRef(false);
  const mayChange = filter.own || (filter.shared && isAdmin);
  const { rename, remove } = useFilterActions(instanceId, slug, filter);
  return (
    <Group
      justify="space-between"
      wrap="nowrap"
      gap={4}
      px={12}
      py={4}
      style={{ borderBottom: '1px solid var(--border)' }}
    >
      {renaming ? (
        <NameInput
          name={filter.name}
          onDone={(name) => {
            setRenaming(false);
            void rename(name);
          }}
        />
      ) : (
        <Text size="xs" c="var(--text-muted)" truncate title={query}>
          {query}
        </Text>
      )}
      {showChanged && (
        <Button size="compact-xs" variant="default" onClick={showChanged} style={{ flexShrink: 0 }}>
          {t('filters.showChanged')}
        </Button>
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
            <Menu.Item
              color="var(--error)"
              leftSection={<IconTrash size={14} />}
              onClick={() => setDeleting(true)}
            >
              {t('filters.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {deleting && (
        <ConfirmDialog
          title={t('filters.deleteTitle', { name: filter.name })}
          keepLabel={t('common.keep')}
          confirmLabel={t('filters.delete')}
          onClose={() => setDeleting(false)}
          onConfirm={() => {
            setDeleting(false);
            void remove();
          }}
        >
          <Text>{t(filter.shared ? 'filters.deleteSharedText' : 'filters.deleteText')}</Text>
        </ConfirmDialog>
      )}
    </Group>
  );
}

function NameInput({ name, onDone }: { name: string; onDone(name: string): void }) {
  return (
    <TextInput
      size="xs"
      flex={1}
      aria-label={t('filters.name')}
      defaultValue={name}
      maxLength={60}
      autoFocus
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={({ currentTarget }) => onDone(currentTarget.value.trim())}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Escape') currentTarget.value = name;
        if (key === 'Escape' || key === 'Enter') currentTarget.blur();
      }}
    />
  );
}

function useFilterActions(instanceId: string, slug: string, filter: SavedFilter) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const rename = async (name: string) => {
    if (name === '' || name === filter.name) return;
    const { queryKey } = filters(instanceId);
    // Shown at once; if the server refuses, the list is fetched again. What is being fetched has the old name.
    await client.cancelQueries({ queryKey });
    client.setQueryData(
      queryKey,
      (data) =>
        data && {
          ...data,
          filters: data.filters.map((one) => (one.id === filter.id ? { ...one, name } : one)),
        },
    );
    try {
      await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/filters/{filterId}', {
          params: { path: { instanceId, filterId: filter.id } },
          body: { name, query: filter.query, shared: filter.shared },
          // The new name is shown already, so it is kept also if the page is left now.
          keepalive: true,
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
  return { rename, remove };
}
