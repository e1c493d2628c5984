import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { googleSetUp } from '../../api/queries/mailboxes.ts';
import { t } from '../../locales/messages.ts';

/** Says that without a Google client no mailbox can be connected, and links to the setup. */
export function GoogleNotConfiguredAlert({ instanceId, slug }: { instanceId: string; slug: string }) {
  const { data } = useQuery(googleSetUp(instanceId));
  if (!data || data.setUp.clientId !== null) return null;
  return (
    <Alert color="yellow" variant="light" mb="md">
      {t('google.notConfigured')}{' '}
      <Anchor
        component={Link}
        to="/$slug/apps/email/google"
        params={{ slug } as never}
        fz="inherit"
        underline="always"
      >
        {t('google.title')}
      </Anchor>
    </Alert>
  );
}
