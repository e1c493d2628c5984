import { Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

/** Asks before a message or a file is deleted, and says what that means here and in Gmail (M1). */
export default function DeleteContent({
  instanceId,
  what,
  close,
}: {
  instanceId: string;
  what: { message: string } | { file: string; filename: string };
  close(): void;
}) {
  const said = words.redaction;
  const client = useQueryClient();
  const [everywhere, setEverywhere] = useState(true);
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse<unknown>(
        'message' in what
          ? api.DELETE('/api/instances/{instanceId}/messages/{messageId}', {
              params: { path: { instanceId, messageId: what.message } },
            })
          : api.DELETE('/api/instances/{instanceId}/attachments/{attachmentId}', {
              params: {
                path: { instanceId, attachmentId: what.file },
                query: { everywhere: String(everywhere) as never },
              },
            }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'conversations'] });
      close();
    },
  });
  const file = 'file' in what;
  return (
    <Modal
      opened
      onClose={close}
      title={<b>{file ? said.removeFileTitle(what.filename) : said.removeTitle}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text>{file ? said.removeFileText : said.removeText}</Text>
      <Text mt="xs">{said.gmail}</Text>
      {file && (
        <Checkbox
          mt="md"
          label={said.everywhere}
          checked={everywhere}
          onChange={({ currentTarget }) => setEverywhere(currentTarget.checked)}
        />
      )}
      {remove.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {remove.error.message} {remove.error.remedy}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus>
          {said.keep}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {file ? said.removeFileConfirm : said.removeConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
