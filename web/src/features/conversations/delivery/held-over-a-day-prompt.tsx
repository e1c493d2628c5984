import { Button, Group, Text } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { type MessageProps, useDeliveryActions } from './use-delivery-actions.ts';

/** Asks whether to send a message that was held for over a day while its mailbox was disconnected (C12). */
export function HeldOverADayPrompt(props: MessageProps) {
  const { message } = props;
  const { sendOrCancel } = useDeliveryActions(props);
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
