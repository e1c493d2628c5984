import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { GoogleSetUp } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { googleChecks, googleSetUp } from '../api/queries/mailboxes.ts';
import { GoogleGuide } from '../features/google-guide/google-guide.tsx';
import { t } from '../locales/messages.ts';
import { formatClockTime } from '../ui/format-short-time.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { EmailTabs } from './email-tabs.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

const consolePage = 'https://console.cloud.google.com/';

/** Apps > Email > Set up Google: the steps to take at Google, and checks of the result. */
export default function GoogleSetUpPage() {
  const { me, instance } = useAppContext();
  const isAdmin = instance.role === 'admin';
  const query = useQuery({ ...googleSetUp(instance.id), enabled: isAdmin });
  const checks = useQuery({ ...googleChecks(instance.id), enabled: isAdmin });
  if (!isAdmin) return <NotFoundPage />;
  const setUp = query.data?.setUp;
  const hasChecked = checks.data !== undefined && !checks.isFetching;
  return (
    <Page
      title={t('google.title')}
      places={[
        { name: t('email.apps'), to: 'apps/email' },
        { name: t('email.nav'), to: 'apps/email' },
      ]}
      actions={
        <Group gap="sm">
          <Text size="sm" c="var(--text-muted)" role="status">
            {checks.isFetching
              ? t('google.checking')
              : hasChecked
                ? t('google.checkedAt', { when: formatClockTime(new Date(checks.dataUpdatedAt), new Date()) })
                : t('google.notChecked')}
          </Text>
          <Button loading={checks.isFetching} onClick={() => void checks.refetch()}>
            {t('google.check')}
          </Button>
        </Group>
      }
    >
      <EmailTabs />
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) || !setUp ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <>
          <SetUpState setUp={setUp} webmailUrl={me.simulator?.webmailUrl} slug={instance.slug} />
          {checks.isError && (
            <Text c="var(--error)" mt="sm" role="alert">
              <b>{checks.error.message}</b>
            </Text>
          )}
          <Text mt="md" c="var(--text-muted)">
            {t('google.intro')}{' '}
            <Anchor href={consolePage} target="_blank" rel="noopener" fz="inherit" underline="always">
              {t('google.openConsole')}
            </Anchor>
          </Text>
          <GoogleGuide instanceId={instance.id} setUp={setUp} checks={checks.data?.checks ?? []} />
        </>
      )}
    </Page>
  );
}

/** Says whether the organization uses the Google simulator, has no client at Google yet, or is done. */
function SetUpState({
  setUp,
  webmailUrl,
  slug,
}: {
  setUp: GoogleSetUp;
  webmailUrl: string | undefined;
  slug: string;
}) {
  if (setUp.simulator) {
    return (
      <Alert color="teal" variant="light">
        {t('google.practice')}{' '}
        {webmailUrl && (
          <Anchor href={webmailUrl} target="_blank" rel="noopener" fz="inherit" underline="always">
            {t('google.openPractice')}
          </Anchor>
        )}
      </Alert>
    );
  }
  if (setUp.clientId === null) {
    return (
      <Alert color="yellow" variant="light">
        {t('google.missing')}
      </Alert>
    );
  }
  return (
    <Alert color="teal" variant="light">
      {t('google.done')}{' '}
      <Anchor
        component={Link}
        to="/$slug/apps/email/connect"
        params={{ slug } as never}
        fz="inherit"
        underline="always"
      >
        {t('google.connect')}
      </Anchor>
    </Alert>
  );
}
