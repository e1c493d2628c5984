import { Reports } from '../features/reports/reports.tsx';
import { t } from '../locales/messages.ts';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Response times, volume and backlog, for admins. */
export default function ReportsPage() {
  const { instance } = useAppContext();
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <Page title={t('rail.reports')}>
      <Reports instanceId={instance.id} />
    </Page>
  );
}
