import { Checkbox, List, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { passageOccurrences } from '../../../api/queries/messages.ts';
import { t } from '../../../locales/messages.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { formatList } from '../../../ui/format.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';

/** Redacts a passage: shows where it occurs, and explains the effect here and in Gmail (M1). */
export default function RedactDialog({
  instanceId,
  messageId,
  passage: initialPassage,
  onClose,
}: {
  instanceId: string;
  messageId: string;
  passage: string;
  onClose(): void;
}) {
  const client = useQueryClient();
  const [passage, setPassage] = useState(initialPassage);
  const [allCopies, setAllCopies] = useState(true);
  const [debouncedPassage] = useDebouncedValue(passage, 250);
  const occurrences = useQuery(passageOccurrences(instanceId, messageId, debouncedPassage));
  const current = passage === debouncedPassage;
  const redact = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/messages/{messageId}/redact', {
          params: { path: { instanceId, messageId } },
          body: { passage, everywhere: allCopies },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation'] });
      onClose();
    },
  });
  const problem =
    redact.error ?? (current && passage.trim() ? (occurrences.error as ProblemError | null) : null);
  const { count = 0, otherMessages = [], files = [] } = (current && !problem && occurrences.data) || {};
  return (
    <ConfirmDialog
      title={t('redaction.title')}
      size="lg"
      keepLabel={t('common.keep')}
      confirmLabel={t('redaction.confirm')}
      disabled={count === 0}
      pending={redact.isPending}
      onClose={onClose}
      onConfirm={() => redact.mutate()}
    >
      <Textarea
        label={t('redaction.passage')}
        description={t('redaction.passageHelp')}
        value={passage}
        onChange={({ currentTarget }) => {
          setPassage(currentTarget.value);
          redact.reset();
        }}
        autosize
        minRows={2}
        maxRows={6}
        data-autofocus
      />
      <div aria-live="polite">
        {count > 0 && <Occurrences {...{ count, otherMessages, files, allCopies, setAllCopies }} />}
        <ProblemText problem={problem} size="sm" mt="sm" />
      </div>
      <List size="sm" mt="md" spacing={4}>
        <List.Item>{t('redaction.what')}</List.Item>
        <List.Item>{t('redaction.gmail')}</List.Item>
        <List.Item>{t('redaction.again')}</List.Item>
      </List>
    </ConfirmDialog>
  );
}

/** How often the passage occurs in this message, in copies of it and in files. */
function Occurrences({
  count,
  otherMessages,
  files,
  allCopies,
  setAllCopies,
}: {
  count: number;
  otherMessages: unknown[];
  files: string[];
  allCopies: boolean;
  setAllCopies(allCopies: boolean): void;
}) {
  return (
    <>
      <Text size="sm" mt="sm">
        {t('redaction.places', { count })}
      </Text>
      {otherMessages.length > 0 ? (
        <Checkbox
          mt="xs"
          label={t('redaction.others', { count: otherMessages.length })}
          checked={allCopies}
          onChange={({ currentTarget }) => setAllCopies(currentTarget.checked)}
        />
      ) : (
        <Text size="sm" c="var(--text-muted)">
          {t('redaction.noOthers')}
        </Text>
      )}
      {files.length > 0 && (
        <Text size="sm" mt="xs">
          {t('redaction.files', { names: formatList(files) })}
        </Text>
      )}
      <Text size="xs" c="var(--text-muted)" mt={4}>
        {t('redaction.filesHelp')}
      </Text>
    </>
  );
}
