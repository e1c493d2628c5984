import { ActionIcon, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v4 as uuid } from 'uuid';
import { api, type ProblemError, type SavedReply, unwrapResponse } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { savedReplies } from '../../../api/queries/composer.ts';
import { t } from '../../../locales/messages.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { htmlToText } from '../../../ui/html-to-text.ts';
import { filterRows, ListFilter } from '../../../ui/list-filter.tsx';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { isEmptyHtml } from '../draft/draft-content.ts';
import { Editor } from '../editor/editor.tsx';
import styles from '../styles/composer.module.css';

/** The saved replies of the instance; every member can use and edit them. */
export function SavedReplyList({ instanceId }: { instanceId: string }) {
  const client = useQueryClient();
  const query = useQuery(savedReplies(instanceId));
  const [editing, setEditing] = useState<SavedReply | null>(null);
  const [deleting, setDeleting] = useState<SavedReply | null>(null);
  const [typed, setTyped] = useState('');
  const remove = useMutation<unknown, ProblemError, string>({
    mutationFn: (savedReplyId) =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/saved-replies/{savedReplyId}', {
          params: { path: { instanceId, savedReplyId } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'saved-replies'] }),
  });
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const list = query.data.savedReplies;
  const found = filterRows(list, typed, ({ name, html }) => [name, htmlToText(html)]);
  return (
    <section>
      <Group justify="space-between" align="flex-start">
        <div className={styles.settingHelp}>
          <Title order={2}>{t('composer.settings.savedReplies')}</Title>
          <Text size="sm" c="var(--text-muted)">
            {t('composer.settings.savedRepliesHelp')}
          </Text>
        </div>
        <Button
          variant="default"
          disabled={editing !== null}
          onClick={() => setEditing({ id: uuid(), name: '', html: '' })}
        >
          {t('composer.settings.add')}
        </Button>
      </Group>
      <ProblemText problem={remove.error} />
      <Stack mt="sm" gap="xs">
        <ListFilter typed={typed} onType={setTyped} rows={list} found={found} />
        {editing && !list.some(({ id }) => id === editing.id) && (
          <SavedReplyForm instanceId={instanceId} savedReply={editing} onClose={() => setEditing(null)} />
        )}
        {list.length === 0 && !editing && <Text c="var(--text-muted)">{t('composer.settings.none')}</Text>}
        {found.map((savedReply) =>
          savedReply.id === editing?.id ? (
            <SavedReplyForm
              key={savedReply.id}
              instanceId={instanceId}
              savedReply={savedReply}
              onClose={() => setEditing(null)}
            />
          ) : (
            <Paper key={savedReply.id} withBorder p="xs" className={styles.savedReply}>
              <b>{t('composer.settings.typed', { name: savedReply.name })}</b>
              <span className={styles.excerpt}>{htmlToText(savedReply.html)}</span>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('composer.settings.edit', { name: savedReply.name })}
                title={t('composer.settings.edit', { name: savedReply.name })}
                onClick={() => setEditing(savedReply)}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('composer.settings.delete', { name: savedReply.name })}
                title={t('composer.settings.delete', { name: savedReply.name })}
                onClick={() => setDeleting(savedReply)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Paper>
          ),
        )}
      </Stack>
      {deleting && (
        <ConfirmDialog
          title={t('composer.settings.deleteTitle', { name: deleting.name })}
          keepLabel={t('common.keep')}
          confirmLabel={t('composer.settings.deleteConfirm')}
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            remove.mutate(deleting.id);
            setDeleting(null);
          }}
        >
          <Text>{t('composer.settings.deleteText')}</Text>
        </ConfirmDialog>
      )}
    </section>
  );
}

function SavedReplyForm({
  instanceId,
  savedReply,
  onClose,
}: {
  instanceId: string;
  savedReply: SavedReply;
  onClose(): void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(savedReply.name);
  const [html, setHtml] = useState(savedReply.html);
  const save = useMutation<SavedReply, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/saved-replies/{savedReplyId}', {
          params: { path: { instanceId, savedReplyId: savedReply.id } },
          body: { name, html },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'saved-replies'] });
      onClose();
    },
  });
  const ready = name !== '' && !isEmptyHtml(html);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <TextInput
          label={t('composer.settings.name')}
          description={t('composer.settings.nameHelp')}
          value={name}
          maxLength={40}
          data-autofocus
          autoFocus
          onChange={({ currentTarget }) =>
            // Restricted to characters that can be typed after the slash.
            setName(
              currentTarget.value
                .toLowerCase()
                .replace(/\s+/g, '-')
                .replace(/[^a-z0-9-]/g, '')
                .replace(/^-+/, ''),
            )
          }
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t('composer.settings.text')}
          </Text>
          <Paper withBorder className={styles.setting}>
            <Editor
              label={t('composer.settings.text')}
              placeholder={t('composer.settings.textPlaceholder')}
              html={html}
              onChange={setHtml}
              onSend={() => ready && save.mutate()}
            />
          </Paper>
        </div>
        <ProblemText problem={save.error} />
        <Group>
          <Button disabled={!ready} loading={save.isPending} onClick={() => save.mutate()}>
            {t('composer.settings.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
