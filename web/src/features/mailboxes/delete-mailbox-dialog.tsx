import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';

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
      title={<b>{t('email.deleteTitle', { address: mailbox.address })}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <Text>{t('email.deleteText')}</Text>
      {remove.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {remove.error.message} {remove.error.detail}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('email.deleteKeep')}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('email.deleteConfirm')}
        </Button>
      </Group>
    </Modal>
  );
}
