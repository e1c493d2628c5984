import { Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

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
  const said = words.redaction;
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
    <Modal
      opened
      onClose={onClose}
      title={<b>{file ? said.removeFileTitle(target.filename) : said.removeTitle}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text>{file ? said.removeFileText : said.removeText}</Text>
      <Text mt="xs">{said.gmail}</Text>
      {file && (
        <Checkbox
          mt="md"
          label={said.everywhere}
          checked={allCopies}
          onChange={({ currentTarget }) => setAllCopies(currentTarget.checked)}
        />
      )}
      {remove.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {remove.error.message} {remove.error.remedy}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {said.keep}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {file ? said.removeFileConfirm : said.removeConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
