import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { hasFailed } from '../api/has-failed.ts';
import { templates } from '../api/queries/composer.ts';
import { mailboxes } from '../api/queries/mailboxes.ts';
import { TemplateList } from '../features/templates/template-list.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { EmailTabs } from './email-tabs.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Apps > Email > Templates: the layouts of outgoing mail (S2). */
export default function TemplatesPage() {
  const { instance } = useAppContext();
  const isAdmin = instance.role === 'admin';
  const query = useQuery({ ...templates(instance.id), enabled: isAdmin });
  const addresses = useQuery({ ...mailboxes(instance.id), enabled: isAdmin });
  if (!isAdmin) return <NotFoundPage />;
  const add = (
    <Button
      component={Link}
      to="/$slug/apps/email/templates/$templateId"
      params={{ slug: instance.slug, templateId: 'new' } as never}
    >
      {t('templates.add')}
    </Button>
  );
  const onBlank = (addresses.data?.mailboxes ?? []).filter(({ templateId }) => templateId === null);
  return (
    <Page
      title={t('templates.title')}
      places={[
        { name: t('email.apps'), to: 'apps/email' },
        { name: t('email.nav'), to: 'apps/email' },
      ]}
      actions={add}
    >
      <EmailTabs />
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <TemplateList
          instanceId={instance.id}
          slug={instance.slug}
          templates={query.data.templates}
          blankUsedBy={onBlank.map(({ address }) => address)}
        />
      )}
      <Text size="sm" c="var(--text-muted)" mt="md">
        {t('templates.intro')}
      </Text>
    </Page>
  );
}
