import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { v7 as uuid } from 'uuid';
import { api, type ProblemError, type Tag, unwrapResponse } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { tags as tagsQuery } from '../../api/queries/conversation.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { filterRows, ListFilter } from '../../ui/list-filter.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { TagChip, TagDot } from '../../ui/tag-chip.tsx';

const colors = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const;

type TagWithCount = Tag & { conversations: number };
type TagChange = { name?: string; color?: Tag['color'] };

/** The tags of the instance. Every member can add tags; only admins change and delete them. */
export function TagList({ instanceId, isAdmin }: { instanceId: string; isAdmin: boolean }) {
  const client = useQueryClient();
  const query = useQuery(tagsQuery(instanceId));
  const [name, setName] = useState('');
  const [typed, setTyped] = useState('');
  const [deleting, setDeleting] = useState<TagWithCount | null>(null);
  const tagParams = (tagId: string) => ({ params: { path: { instanceId, tagId } } });
  const save = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
    }
    await client.invalidateQueries({ queryKey: tagsQuery(instanceId).queryKey });
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim() };
    await save(
      unwrapResponse(api.PUT('/api/instances/{instanceId}/tags/{tagId}', { ...tagParams(uuid()), body })),
    );
    setName('');
  };
  const change = (id: string, body: TagChange) =>
    save(unwrapResponse(api.PATCH('/api/instances/{instanceId}/tags/{tagId}', { ...tagParams(id), body })));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { tags } = query.data;
  const found = filterRows(tags, typed, (tag) => [tag.name]);
  return (
    <Stack gap="md">
      <Text c="var(--text-muted)" size="sm">
        {t('tags.text')} {t('tags.adminsOnly')}
      </Text>
      <form onSubmit={(event) => void add(event)}>
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('tags.newTag')}
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={name.trim() === ''}>
            {t('tags.add')}
          </Button>
        </Group>
      </form>
      <ListFilter typed={typed} onType={setTyped} rows={tags} found={found} />
      <ul style={{ margin: 0, padding: 0, listStyle: 'none' }} aria-label={t('tags.title')}>
        {found.map((tag) => (
          <TagRow
            key={tag.id}
            tag={tag}
            isAdmin={isAdmin}
            onChange={(body) => void change(tag.id, body)}
            onDelete={() => setDeleting(tag)}
          />
        ))}
      </ul>
      {tags.length === 0 && <Text c="var(--text-muted)">{t('tags.none')}</Text>}
      {deleting && (
        <ConfirmDialog
          title={t('tags.deleteTitle', { name: deleting.name })}
          keepLabel={t('common.keep')}
          confirmLabel={t('tags.deleteConfirm')}
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            setDeleting(null);
            void save(
              unwrapResponse(api.DELETE('/api/instances/{instanceId}/tags/{tagId}', tagParams(deleting.id))),
            );
          }}
        >
          <Text>{t('tags.deleteText', { count: deleting.conversations })}</Text>
        </ConfirmDialog>
      )}
    </Stack>
  );
}

function TagRow({
  tag,
  isAdmin,
  onChange,
  onDelete,
}: {
  tag: TagWithCount;
  isAdmin: boolean;
  onChange(change: TagChange): void;
  onDelete(): void;
}) {
  return (
    <Group component="li" gap="sm" wrap="nowrap" py={6} style={{ borderBottom: '1px solid var(--border)' }}>
      {isAdmin ? (
        <>
          <ColorMenu tag={tag} onChange={(color) => onChange({ color })} />
          <TextInput
            key={tag.name}
            size="xs"
            flex={1}
            maxLength={40}
            aria-label={`${t('tags.name')}: ${tag.name}`}
            defaultValue={tag.name}
            onBlur={(event) => {
              const now = event.currentTarget.value.trim();
              if (now && now !== tag.name) onChange({ name: now });
            }}
            onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
          />
        </>
      ) : (
        <span style={{ flex: 1 }}>
          <TagChip tag={tag} />
        </span>
      )}
      <Text size="xs" c="var(--text-muted)" miw={120} ta="end" style={{ whiteSpace: 'nowrap' }}>
        {t('tags.conversations', { count: tag.conversations })}
      </Text>
      {isAdmin && (
        <Tooltip label={t('tags.delete', { name: tag.name })}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('tags.delete', { name: tag.name })}
            onClick={onDelete}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

function ColorMenu({ tag, onChange }: { tag: Tag; onChange(color: Tag['color']): void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Tooltip label={t('tags.color')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t('tags.color')}: ${tag.name}, ${t(`tags.colors.${tag.color}`)}`}
          >
            <TagDot color={tag.color} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {colors.map((color) => (
          <Menu.Item key={color} leftSection={<TagDot color={color} />} onClick={() => onChange(color)}>
            {t(`tags.colors.${color}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
