import { ActionIcon, Button, Group, Text, Textarea } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { NextPageButton } from '../../ui/next-page-button.tsx';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './customer.module.css';
import { type CustomerPage, customerNotes } from './queries.ts';
import { useCustomerChange } from './use-customer-change.ts';

/** The page of a customer has so many notes, the newest. */
const notesOfPage = 100;

/** The notes about a customer, and a form that adds one. */
export function CustomerNotes({ instanceId, page }: { instanceId: string; page: CustomerPage }) {
  const customerId = page.customer.id;
  const [body, setBody] = useState('');
  const [deleting, setDeleting] = useState<string | null>(null);
  const path = { instanceId, customerId };
  const mayHaveMore = page.notes.length >= notesOfPage;
  const all = useInfiniteQuery({ ...customerNotes(instanceId, customerId), enabled: mayHaveMore });
  const loaded = mayHaveMore && all.data?.pages.flatMap((one) => one.notes);
  const notes = loaded || page.notes;
  const add = useCustomerChange<string>(instanceId, customerId, (text) =>
    unwrapResponse(
      api.POST('/api/instances/{instanceId}/customers/{customerId}/notes', {
        params: { path },
        body: { body: text },
      }),
    ),
  );
  const remove = useCustomerChange<string>(instanceId, customerId, (noteId) =>
    unwrapResponse(
      api.DELETE('/api/instances/{instanceId}/customers/{customerId}/notes/{noteId}', {
        params: { path: { ...path, noteId } },
      }),
    ),
  );
  const problem = add.error ?? remove.error;
  return (
    <section aria-label={t('customers.notes')}>
      <Text size="xs" c="var(--text-muted)" mb={4}>
        {t('customers.notes')}
      </Text>
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={note.id}>
            <div className={styles.noteBody}>{note.body}</div>
            <Group gap={4} justify="space-between" wrap="nowrap">
              <Text size="xs" c="var(--text-muted)">
                {note.author?.name ?? t('events.somebody')} · <RelativeTime at={note.createdAt} />
              </Text>
              <ActionIcon
                size={24}
                variant="subtle"
                color="gray"
                aria-label={t('customers.deleteNote')}
                onClick={() => setDeleting(note.id)}
              >
                <IconTrash size={13} />
              </ActionIcon>
            </Group>
          </li>
        ))}
      </ul>
      {mayHaveMore && (
        <NextPageButton query={all} mb={6} size="compact-xs">
          {t('customers.moreNotes')}
        </NextPageButton>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // What was typed since is another note.
          if (body.trim()) add.mutate(body, { onSuccess: () => setBody((now) => (now === body ? '' : now)) });
        }}
      >
        <Textarea
          size="xs"
          autosize
          minRows={1}
          maxRows={8}
          aria-label={t('customers.note')}
          placeholder={t('customers.notePlaceholder')}
          value={body}
          onChange={({ currentTarget }) => setBody(currentTarget.value)}
        />
        {body.trim() && (
          <Button mt={6} size="compact-xs" type="submit" loading={add.isPending}>
            {t('customers.addNote')}
          </Button>
        )}
      </form>
      <ProblemText problem={problem} size="xs" />
      {deleting && (
        <ConfirmDialog
          title={t('customers.deleteNoteTitle')}
          keepLabel={t('common.keep')}
          confirmLabel={t('customers.deleteNoteConfirm')}
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            remove.mutate(deleting);
            setDeleting(null);
          }}
        >
          <Text>{t('customers.deleteNoteText')}</Text>
        </ConfirmDialog>
      )}
    </section>
  );
}
