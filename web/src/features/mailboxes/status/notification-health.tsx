import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

/** How the server learns of new messages; why Google's notifications do not arrive, where they should. */
export function NotificationHealth({ health }: { health: Mailbox['hearing'] }) {
  if (!health.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {words.email.hearing[health.how]}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--amber)" title={health.problem.remedy}>
      {health.problem.sentence} {words.email.hearing.looking}.
    </Text>
  );
}
