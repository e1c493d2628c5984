import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';

/** How new mail of an address is noticed; where Google should announce it and does not, why. */
export function NotificationHealth({ health }: { health: Mailbox['notificationHealth'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {t(`email.newMail.${health.channel}`)}
      </Text>
    );
  }
  const { title, detail } = textOf(health.problem);
  return (
    <Text size="sm" c="var(--amber)" title={detail}>
      {title} {t('email.newMail.polling')}.
    </Text>
  );
}
