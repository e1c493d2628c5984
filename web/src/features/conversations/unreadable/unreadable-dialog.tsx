import { Anchor, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type ProblemError, type UnreadableMessage, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import styles from './unreadable.module.css';

/** The messages that cannot be read, each with the reason and a button that tries again. */
export default function UnreadableDialog({
  instanceId,
  slug,
  messages,
  onClose,
}: {
  instanceId: string;
  slug: string;
  messages: UnreadableMessage[];
  onClose(): void;
}) {
  return (
    <Dialog onClose={onClose} title={t('unreadable.title')} size="lg">
      <Text size="sm" c="var(--text-muted)">
        {t('unreadable.text')}
      </Text>
      <ul className={styles.messages}>
        {messages.map((message) => (
          <li key={`${message.mailboxId} ${message.gmailId}`}>
            <MessageEntry instanceId={instanceId} slug={slug} message={message} onOpen={onClose} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function MessageEntry({
  instanceId,
  slug,
  message,
  onOpen,
}: {
  instanceId: string;
  slug: string;
  message: UnreadableMessage;
  onOpen(): void;
}) {
  const { subject, from, address, receivedAt, conversationId, problem, lastAttemptAt, nextAttemptAt } =
    message;
  const retry = useRetry(instanceId, message);
  const name = subject || t('unreadable.unknown', { address });
  // Until the attempt has ended, the message is the same as when it was asked for.
  const isTrying = retry.isPending || retry.data === lastAttemptAt;
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
      <div className={styles.message}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {(from || receivedAt) && (
          <Text size="sm" c="var(--text-muted)">
            {from} {receivedAt && <RelativeTime at={receivedAt} />}
          </Text>
        )}
        <Text size="sm">{textOf(problem).title}</Text>
        <Text size="xs" c="var(--text-muted)">
          {t('unreadable.lastTried')} <RelativeTime inWords at={lastAttemptAt} /> ·{' '}
          {nextAttemptAt
            ? t('unreadable.next', { when: formatClockTime(new Date(nextAttemptAt), new Date()) })
            : t('unreadable.ended')}
        </Text>
        {conversationId && (
          <Anchor
            size="sm"
            onClick={onOpen}
            renderRoot={(props) => (
              <Link
                {...props}
                to="/$slug/inbox/$view/$conversationId"
                params={{ slug, view: 'open', conversationId } as never}
              />
            )}
          >
            {t('unreadable.open')}
          </Anchor>
        )}
      </div>
      <Button
        size="xs"
        variant="default"
        className={styles.retry}
        loading={isTrying}
        aria-label={t('unreadable.retryOne', { subject: name })}
        onClick={() => retry.mutate()}
      >
        {t('common.tryAgain')}
      </Button>
    </Group>
  );
}

/** Has a message tried again; returns the time of its last attempt before. */
function useRetry(instanceId: string, { mailboxId, gmailId, lastAttemptAt }: UnreadableMessage) {
  const client = useQueryClient();
  return useMutation<string, ProblemError>({
    mutationFn: async () => {
      await unwrapResponse(
        api.POST('/api/instances/{instanceId}/unreadable-messages/retry', {
          params: { path: { instanceId } },
          body: { mailboxId, gmailId },
        }),
      );
      return lastAttemptAt;
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: error.message });
      void client.invalidateQueries({ queryKey: [instanceId, 'view-counts'] });
    },
  });
}
