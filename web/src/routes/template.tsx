import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ProblemError } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { template } from '../api/queries/composer.ts';
import { TemplateEditor } from '../features/templates/template-editor.tsx';
import { t } from '../locales/messages.ts';
import { usePageTitle } from '../ui/page-title.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { NotFoundPage } from './not-found.tsx';
import { useAppContext } from './shell.tsx';

/** The editor of one template; the id `new` creates one. */
export default function TemplatePage() {
  const { me, instance } = useAppContext();
  const { templateId } = useParams({ strict: false }) as { templateId: string };
  const navigate = useNavigate();
  const { slug } = instance;
  const isNew = templateId === 'new';
  const query = useQuery({
    ...template(instance.id, templateId),
    enabled: instance.role === 'admin' && !isNew,
  });
  usePageTitle(query.data?.template.name ?? t('templates.title'));
  if (instance.role !== 'admin') return <NotFoundPage />;
  const places = [
    { name: t('email.apps'), to: 'apps/email' },
    { name: t('email.nav'), to: 'apps/email' },
    { name: t('templates.title'), to: 'apps/email/templates' },
  ];
  const backLink = <Breadcrumbs places={places} />;
  if (!isNew && query.isPending) return <LoadingState />;
  if (query.error instanceof ProblemError && query.error.status === 404) {
    return (
      <EmptyState title={t('templates.gone')} text={t('templates.goneText')}>
        {backLink}
      </EmptyState>
    );
  }
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <TemplateEditor
      key={templateId}
      instanceId={instance.id}
      email={me.user.email}
      template={query.data?.template ?? null}
      backLink={backLink}
      onSaved={({ id }) => {
        if (isNew) {
          void navigate({
            to: '/$slug/apps/email/templates/$templateId',
            params: { slug, templateId: id },
            replace: true,
          });
        }
      }}
    />
  );
}
