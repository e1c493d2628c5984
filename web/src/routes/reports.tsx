import { useNavigate, useSearch } from '@tanstack/react-router';
import { filtersOf, searchOf } from '../features/reports/filters-in-url.ts';
import { Reports } from '../features/reports/reports.tsx';
import { t } from '../locales/messages.ts';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Response times, volume and backlog, for admins. What they are about is in the URL, so that it can be shared. */
export default function ReportsPage() {
  const { instance } = useAppContext();
  const navigate = useNavigate();
  const filters = filtersOf(useSearch({ strict: false }));
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <Page title={t('rail.reports')}>
      <Reports
        instanceId={instance.id}
        filters={filters}
        onFilters={(next) =>
          void navigate({
            to: '/$slug/reports',
            params: { slug: instance.slug },
            search: searchOf(next) as never,
          })
        }
      />
    </Page>
  );
}
