import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';

/** How the server learns of new messages; why Google's notifications do not arrive, where they should. */
export function NotificationHealth({ health }: { health: Mailbox['notificationHealth'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--text-muted)">
        {t(`email.newMail.${health.mode}`)}
      </Text>
    );
  }
  const { title, detail } = textOf(health.problem);
  return (
    <Text size="sm" c="var(--warning)" title={detail}>
      {title} {t('email.newMail.polling')}.
    </Text>
  );
}
