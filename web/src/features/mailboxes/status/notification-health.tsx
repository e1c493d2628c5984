import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

/** How news of an address gets here; where Google should announce it and does not, why. */
export function Hearing({ hearing }: { hearing: Mailbox['hearing'] }) {
  if (!hearing.problem) {
    return (
      <Text size="sm" c="var(--quiet)">
        {words.email.hearing[hearing.how]}
      </Text>
    );
  }
  return (
    <Text size="sm" c="var(--amber)" title={hearing.problem.remedy}>
      {hearing.problem.sentence} {words.email.hearing.looking}.
    </Text>
  );
}
