import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Message, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';

/** Asks whether to send a message that was held for over a day while its mailbox was disconnected (C12). */
export function HeldOverADayPrompt({ instanceId, message }: { instanceId: string; message: Message }) {
  const client = useQueryClient();
  const sendOrCancel = useMutation({
    mutationFn: (decision: 'send' | 'cancel') =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/messages/{messageId}/delivery', {
          params: { path: { instanceId, messageId: message.id } },
          body: { decision },
        }),
      ),
    onError: (error: ProblemError) =>
      notifications.show({ color: 'red', title: error.message, message: error.detail }),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'conversation'] }),
  });
  const address = message.delivery?.mailboxAddress ?? '';
  return (
    <Group gap="xs" mb={8}>
      <Text size="xs" c="var(--warning)">
        {t('message.heldOverADay', { when: formatClockTime(new Date(message.sentAt), new Date()), address })}
      </Text>
      <Button size="compact-xs" loading={sendOrCancel.isPending} onClick={() => sendOrCancel.mutate('send')}>
        {t('message.sendNow')}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={sendOrCancel.isPending}
        onClick={() => sendOrCancel.mutate('cancel')}
      >
        {t('message.doNotSend')}
      </Button>
    </Group>
  );
}
