import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** How the server learns of new messages; why Google's notifications do not arrive, where they should. */
export function NotificationHealth({ health }: { health: Mailbox['notificationHealth'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--text-muted)">
        {t(health.mode === 'polling' ? 'email.newMail.looking' : 'email.newMail.announced')}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--warning)" title={health.problem.remedy}>
      {health.problem.sentence} {t('email.newMail.looking')}.
    </Text>
  );
}
