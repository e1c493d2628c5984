import { Alert, Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../locales/messages.ts';

/** Says that without a Google client no mailbox can be connected, and links to the setup. */
export function GoogleNotConfiguredAlert({ slug }: { slug: string }) {
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
