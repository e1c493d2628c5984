import { Text } from '@mantine/core';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { retryText } from '../../../ui/mailbox-trouble.tsx';

/** Since when Google refuses a mailbox or cannot be reached, what it says, and what Postroom does (C2). */
export function MailboxTrouble({ trouble }: { trouble: NonNullable<Mailbox['trouble']> }) {
  return (
    <div aria-live="polite">
      <Text size="sm" c="var(--warning)">
        <b>{t('email.troubleSince', { when: formatClockTime(new Date(trouble.since), new Date()) })}</b>{' '}
        {textOf(trouble).title}
      </Text>
      <Text size="xs" c="var(--text-muted)">
        {retryText(trouble.retryAt)}
      </Text>
    </div>
  );
}
