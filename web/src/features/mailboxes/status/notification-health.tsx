import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** Whether Google announces new mail of an address or it is polled; the reason if it should not be. */
export function NotificationHealth({ health }: { health: Mailbox['notificationHealth'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {t(health.mode === 'polling' ? 'email.newMail.looking' : 'email.newMail.announced')}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--amber)" title={health.problem.remedy}>
      {health.problem.sentence} {t('email.newMail.looking')}.
    </Text>
  );
}
