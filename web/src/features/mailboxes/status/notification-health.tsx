import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

/** Whether Google announces new mail of an address or it is polled; the reason if it should not be. */
export function NotificationHealth({ health }: { health: Mailbox['notificationHealth'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {health.mode === 'polling' ? words.email.hearing.looking : words.email.hearing.announced}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--amber)" title={health.problem.remedy}>
      {health.problem.sentence} {words.email.hearing.looking}.
    </Text>
  );
}
