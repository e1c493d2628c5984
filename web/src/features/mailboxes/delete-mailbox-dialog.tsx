import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { words } from '../../words/words.ts';

/** Asks before a mailbox is deleted, and says what stays (C10). */
export function DeleteMailboxDialog({
  instanceId,
  mailbox,
  onClose,
  onDeleted,
}: {
  instanceId: string;
  mailbox: Mailbox;
  onClose(): void;
  /** Called after the deletion, for a page that then no longer exists. */
  onDeleted?(): void;
}) {
  const client = useQueryClient();
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/mailboxes/{mailboxId}', {
          params: { path: { instanceId, mailboxId: mailbox.id } },
        }),
      ),
    onSuccess: async () => {
      onDeleted?.();
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      await client.invalidateQueries({ queryKey: [instanceId, 'view-counts'] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{words.email.deleteTitle(mailbox.address)}</b>}
      closeButtonProps={{ 'aria-label': words.close }}
      centered
    >
      <Text>{words.email.deleteText}</Text>
      {remove.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {remove.error.message} {remove.error.remedy}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {words.email.deleteKeep}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {words.email.deleteConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
