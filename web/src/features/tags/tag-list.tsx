import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { v7 as uuid } from 'uuid';
import { api, type ProblemError, type Tag, unwrapResponse } from '../../api/client.ts';
import { tags as tagsQuery } from '../../api/queries.ts';
import { t } from '../../locales/messages.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { TagChip, TagDot } from '../../ui/tag-chip.tsx';

const colors = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const;

/** The tags of the instance. Everybody adds; admins change and delete. */
export function TagList({ instanceId, isAdmin }: { instanceId: string; isAdmin: boolean }) {
  const client = useQueryClient();
  const query = useQuery(tagsQuery(instanceId));
  const [name, setName] = useState('');
  const [deleting, setDeleting] = useState<(Tag & { conversations: number }) | null>(null);
  const at = (tagId: string) => ({ params: { path: { instanceId, tagId } } });
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
    await save(unwrapResponse(api.PUT('/api/instances/{instanceId}/tags/{tagId}', { ...at(uuid()), body })));
    setName('');
  };
  const change = (id: string, body: { name?: string; color?: Tag['color'] }) =>
    save(unwrapResponse(api.PATCH('/api/instances/{instanceId}/tags/{tagId}', { ...at(id), body })));
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack gap="md">
      <Text c="var(--quiet)" size="sm">
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
      <ul style={{ margin: 0, padding: 0, listStyle: 'none' }} aria-label={t('tags.title')}>
        {query.data.tags.map((tag) => (
          <Group
            key={tag.id}
            component="li"
            gap="sm"
            wrap="nowrap"
            py={6}
            style={{ borderBottom: '1px solid var(--line)' }}
          >
            {isAdmin ? (
              <>
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
                      <Menu.Item
                        key={color}
                        leftSection={<TagDot color={color} />}
                        onClick={() => void change(tag.id, { color })}
                      >
                        {t(`tags.colors.${color}`)}
                      </Menu.Item>
                    ))}
                  </Menu.Dropdown>
                </Menu>
                <TextInput
                  key={tag.name}
                  size="xs"
                  flex={1}
                  maxLength={40}
                  aria-label={`${t('tags.name')}: ${tag.name}`}
                  defaultValue={tag.name}
                  onBlur={(event) => {
                    const now = event.currentTarget.value.trim();
                    if (now && now !== tag.name) void change(tag.id, { name: now });
                  }}
                  onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
                />
              </>
            ) : (
              <span style={{ flex: 1 }}>
                <TagChip tag={tag} />
              </span>
            )}
            <Text size="xs" c="var(--quiet)" style={{ whiteSpace: 'nowrap' }}>
              {t('tags.conversations', { count: tag.conversations })}
            </Text>
            {isAdmin && (
              <Tooltip label={t('tags.delete', { name: tag.name })}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('tags.delete', { name: tag.name })}
                  onClick={() => setDeleting(tag)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        ))}
      </ul>
      {query.data.tags.length === 0 && <Text c="var(--quiet)">{t('tags.none')}</Text>}
      <Modal
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={<b>{deleting && t('tags.deleteTitle', { name: deleting.name })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        centered
      >
        <Text>{deleting && t('tags.deleteText', { count: deleting.conversations })}</Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setDeleting(null)}>
            {t('tags.keep')}
          </Button>
          <Button
            color="red"
            onClick={() => {
              const { id } = deleting!;
              setDeleting(null);
              void save(unwrapResponse(api.DELETE('/api/instances/{instanceId}/tags/{tagId}', at(id))));
            }}
          >
            {t('tags.deleteConfirm')}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}
