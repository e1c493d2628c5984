import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { hasFailed } from '../api/has-failed.ts';
import { health } from '../api/queries/deployment-health.ts';
import { mailboxes } from '../api/queries/mailboxes.ts';
import styles from '../features/deployment-health/deployment-health.module.css';
import { HealthAreas } from '../features/deployment-health/health-areas.tsx';
import { ProcessList } from '../features/deployment-health/process-list.tsx';
import { TroubledAddresses } from '../features/deployment-health/troubled-addresses.tsx';
import { t } from '../locales/messages.ts';
import { formatClockTime } from '../ui/format-short-time.ts';
import { ErrorState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Health, for admins: the figures for operators in pictures and words (A7). */
export default function HealthPage() {
  const { instance } = useAppContext();
  const enabled = instance.role === 'admin';
  const query = useQuery({ ...health(instance.id), enabled });
  const addresses = useQuery({ ...mailboxes(instance.id), enabled });
  if (!enabled) return <NotFoundPage />;
  const poor = query.data?.areas.filter(({ state }) => state !== 'good').length ?? 0;
  return (
    <SettingsSubpage title={t('health.title')} isLoading={query.isPending || addresses.isPending}>
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        query.data && (
          <>
            <p className={styles.summary}>
              <Text span fw={600} role="status">
                {poor === 0 ? t('health.allGood') : t('health.notGood', { count: poor })}
              </Text>
              <Text span size="sm" c="var(--text-muted)">
                {t('health.asOf', { clock: formatClockTime(new Date(query.data.at), new Date()) })}
              </Text>
            </p>
            <TroubledAddresses slug={instance.slug} mailboxes={addresses.data?.mailboxes ?? []} />
            <HealthAreas areas={query.data.areas} />
            <ProcessList processes={query.data.processes} />
            <Text size="sm" c="var(--text-muted)">
              {t('health.scope')}
            </Text>
          </>
        )
      )}
    </SettingsSubpage>
  );
}
