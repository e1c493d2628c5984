import { Alert, Anchor } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** What to expect of an address that was just connected; with the simulated Google, where to write to it. */
export function ConnectedNote({
  mailbox,
  webmailUrl,
}: {
  mailbox: Mailbox | undefined;
  webmailUrl: string | undefined;
}) {
  if (!mailbox) return null;
  return (
    <Alert
      role="status"
      color="teal"
      icon={<IconCheck size={18} />}
      title={t('email.justConnected.title', { address: mailbox.address })}
      styles={{ title: { color: 'inherit' } }}
    >
      {t('email.justConnected.text')}{' '}
      {webmailUrl && (
        <>
          {t('email.justConnected.practice')}{' '}
          <Anchor href={webmailUrl} target="_blank" rel="noopener" inherit underline="always">
            {t('email.first.openWebmail')}
          </Anchor>
        </>
      )}
    </Alert>
  );
}
