import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** How news of an address gets here; where Google should announce it and does not, why. */
export function NotificationHealth({ health }: { health: Mailbox['hearing'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {t(`email.newMail.${health.how}`)}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--amber)" title={health.problem.remedy}>
      {health.problem.sentence} {t('email.newMail.looking')}.
    </Text>
  );
}
