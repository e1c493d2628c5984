import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';

type SentTestMessage = { conversationId: string; messageId: string; to: string };

/** Sends the admin a test message from a mailbox, and shows its delivery state. */
export function TestMessage({
  instanceId,
  slug,
  mailboxId,
}: {
  instanceId: string;
  slug: string;
  mailboxId: string;
}) {
  const send = useMutation<SentTestMessage, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/mailboxes/{mailboxId}/test-message', {
          params: { path: { instanceId, mailboxId } },
        }),
      ),
  });
  return (
    <Stack gap={6} align="flex-start">
      <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
        {t('mailbox.test')}
      </Button>
      <div aria-live="polite">
        <ProblemText problem={send.error} size="sm" />
        {send.data && <TestMessageStatus instanceId={instanceId} slug={slug} sent={send.data} />}
      </div>
    </Stack>
  );
}

function TestMessageStatus({
  instanceId,
  slug,
  sent,
}: {
  instanceId: string;
  slug: string;
  sent: SentTestMessage;
}) {
  const query = useQuery(conversation(instanceId, sent.conversationId));
  const delivery = query.data?.messages.find(({ id }) => id === sent.messageId)?.delivery;
  const statusText =
    delivery?.state === 'sent'
      ? t('mailbox.testSent', { to: sent.to })
      : delivery?.state === 'held'
        ? t('mailbox.testHeld', { to: sent.to })
        : delivery?.state === 'failed'
          ? t('mailbox.testFailed', { to: sent.to })
          : t('mailbox.testWaiting', { to: sent.to });
  return (
    <Text size="sm" c={delivery?.state === 'failed' ? 'var(--error)' : 'var(--text-muted)'}>
      {statusText}{' '}
      {delivery?.state === 'failed' && delivery.problem && Object.values(textOf(delivery.problem)).join(' ')}{' '}
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) => (
          <Link
            {...props}
            to="/$slug/inbox/$view/$conversationId"
            params={{ slug, view: 'done', conversationId: sent.conversationId } as never}
          />
        )}
      >
        {t('mailbox.testOpen')}
      </Anchor>
    </Text>
  );
}
