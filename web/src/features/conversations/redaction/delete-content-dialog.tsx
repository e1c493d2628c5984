import { Checkbox, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

/** Asks before a message or a file is deleted, and explains the effect here and in Gmail (M1). */
export default function DeleteContentDialog({
  instanceId,
  target,
  onClose,
}: {
  instanceId: string;
  target: { message: string } | { file: string; filename: string };
  onClose(): void;
}) {
  const client = useQueryClient();
  const [allCopies, setAllCopies] = useState(true);
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse<unknown>(
        'message' in target
          ? api.DELETE('/api/instances/{instanceId}/messages/{messageId}', {
              params: { path: { instanceId, messageId: target.message } },
            })
          : api.DELETE('/api/instances/{instanceId}/attachments/{attachmentId}', {
              params: {
                path: { instanceId, attachmentId: target.file },
                query: { everywhere: String(allCopies) as never },
              },
            }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation'] });
      onClose();
    },
  });
  const file = 'file' in target;
  return (
    <ConfirmDialog
      title={file ? t('redaction.removeFileTitle', { name: target.filename }) : t('redaction.removeTitle')}
      keepLabel={t('common.keep')}
      confirmLabel={file ? t('redaction.removeFileConfirm') : t('redaction.removeConfirm')}
      pending={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <Text>{file ? t('redaction.removeFileText') : t('redaction.removeText')}</Text>
      <Text mt="xs">{t('redaction.gmail')}</Text>
      {file && (
        <Checkbox
          mt="md"
          label={t('redaction.everywhere')}
          checked={allCopies}
          onChange={({ currentTarget }) => setAllCopies(currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  );
}
