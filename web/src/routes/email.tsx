import { Anchor, Button, Menu, Paper, Stack, Text, Title } from '@mantine/core';
import { IconBrandGmail, IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { hasFailed } from '../api/has-failed.ts';
import { googleSetUp, mailboxes } from '../api/queries/mailboxes.ts';
import { GoogleNotConfiguredAlert } from '../features/google-guide/google-not-configured-alert.tsx';
import { ConnectedNote } from '../features/mailboxes/connect/connected-note.tsx';
import { MailboxList } from '../features/mailboxes/mailbox-list.tsx';
import { ManagedInGmail } from '../features/mailboxes/managed-in-gmail.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { EmailTabs } from './email-tabs.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Apps > Email: the connected mailboxes (C2). */
export default function EmailPage() {
  const { me, instance } = useAppContext();
  const { connected } = useSearch({ strict: false }) as { connected?: string };
  const query = useQuery({ ...mailboxes(instance.id), enabled: instance.role === 'admin' });
  const setUp = useQuery({ ...googleSetUp(instance.id), enabled: instance.role === 'admin' });
  const isLoading = query.isPending || setUp.isPending;
  const navigate = useNavigate();
  if (instance.role !== 'admin') return <NotFoundPage />;
  const connect = () => void navigate({ to: '/$slug/apps/email/connect', params: { slug: instance.slug } });
  const isEmpty = query.data?.mailboxes.length === 0;
  // In the card of an empty list, else beside the title; not shown before it is known which, as its menu would close.
  const add = (
    <Menu position={isEmpty ? 'bottom-start' : 'bottom-end'}>
      <Menu.Target>
        <Button mt={isEmpty ? 'md' : 0} rightSection={<IconChevronDown size={16} />}>
          {t('email.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBrandGmail size={16} />} onClick={connect}>
          {t('email.gmail')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <Page
      title={t('email.title')}
      places={[{ name: t('email.apps'), to: 'apps/email' }]}
      actions={!isLoading && !isEmpty && add}
    >
      <EmailTabs />
      {!isLoading && setUp.data?.setUp.clientId === null && <GoogleNotConfiguredAlert slug={instance.slug} />}
      {isLoading ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : isEmpty ? (
        <Stack>
          <Paper withBorder p="lg">
            <Title order={2}>{t('email.first.title')}</Title>
            <Text mt={4}>{t('email.first.text')}</Text>
            {add}
          </Paper>
          {me.simulator && (
            <Paper withBorder p="lg">
              <Title order={2}>{t('email.first.practice')}</Title>
              <Text mt={4}>{t('email.first.practiceText')}</Text>
              <Anchor
                href={me.simulator.webmailUrl}
                target="_blank"
                rel="noopener"
                mt="sm"
                display="inline-block"
              >
                {t('email.first.openWebmail')}
              </Anchor>
            </Paper>
          )}
        </Stack>
      ) : (
        <Stack>
          <ConnectedNote
            mailbox={query.data.mailboxes.find(({ id }) => id === connected)}
            webmailUrl={me.simulator?.webmailUrl}
          />
          <MailboxList
            instanceId={instance.id}
            slug={instance.slug}
            mailboxes={query.data.mailboxes}
            highlightedId={connected}
          />
        </Stack>
      )}
      <Text size="sm" c="var(--text-muted)" mt="md">
        {t('email.footer')}
      </Text>
      <ManagedInGmail />
    </Page>
  );
}
