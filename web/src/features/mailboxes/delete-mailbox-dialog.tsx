import { List, Loader, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Mailbox, type MailboxLive, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { mailboxPage } from '../../api/queries/mailboxes.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatClockTime } from '../../ui/format-short-time.ts';

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
    <ConfirmDialog
      title={t('email.deleteTitle', { address: mailbox.address })}
      keepLabel={t('common.keep')}
      confirmLabel={t('email.deleteConfirm')}
      pending={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <Text>{t('email.deleteText')}</Text>
      <Unfinished instanceId={instanceId} mailbox={mailbox} />
    </ConfirmDialog>
  );
}

/** What Postroom has not read or sent yet, and then never does. */
function Unfinished({ instanceId, mailbox }: { instanceId: string; mailbox: Mailbox }) {
  const query = useQuery({ ...mailboxPage(instanceId, mailbox.id), staleTime: 0 });
  if (query.isPending) return <Loader size="xs" mt="sm" aria-label={t('common.loading')} />;
  // Without an answer from the server deleting fails as well.
  if (!query.data) return null;
  const { unfetched, pendingDeliveries } = query.data.status;
  const unsent = pendingDeliveries.sending + pendingDeliveries.held + pendingDeliveries.scheduled;
  const lines = [
    unreadText(mailbox, query.data.status),
    unfetched > 0 && t('email.deleting.unfetched', { count: unfetched }),
    unsent > 0 && t('email.deleting.unsent', { count: unsent }),
  ].filter((line) => line !== false);
  return (
    <List mt="sm" spacing={4}>
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

function unreadText({ disconnected }: Mailbox, { receiving, syncedAt }: MailboxLive): string {
  const clock = (at: string) => formatClockTime(new Date(at), new Date());
  if (receiving === 'current' && !disconnected && syncedAt)
    return t('email.deleting.read', { when: clock(syncedAt) });
  const since = syncedAt ?? disconnected?.since;
  return since ? t('email.deleting.unread', { since: clock(since) }) : t('email.deleting.unreadAll');
}
