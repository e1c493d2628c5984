import { Button } from '@mantine/core';
import { IconDownload, IconListSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { hasFailed } from '../api/has-failed.ts';
import { type AuditFilters, auditLog } from '../api/queries/people.ts';
import { AuditFilter } from '../features/audit/audit-filter.tsx';
import { AuditList } from '../features/audit/audit-list.tsx';
import { t } from '../locales/messages.ts';
import { NextPageButton } from '../ui/next-page-button.tsx';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Audit log, for admins. The filter is in the URL, so that it can be shared. */
export default function AuditPage() {
  const { instance } = useAppContext();
  const filters = useSearch({ strict: false }) as AuditFilters;
  const navigate = useNavigate();
  const query = useInfiniteQuery({
    ...auditLog(instance.id, filters),
    enabled: instance.role === 'admin',
    placeholderData: keepPreviousData,
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  const setFilters = (next: AuditFilters) => void navigate({ to: '.', search: next as never, replace: true });
  const file = `/api/instances/${instance.id}/audit.csv?${new URLSearchParams(filters as Record<string, string>)}`;
  const download = (
    <Button
      component="a"
      href={file}
      download
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {t('audit.export')}
    </Button>
  );
  const first = query.data?.pages[0];
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const isFiltered = Object.values(filters).some(Boolean);
  return (
    <SettingsSubpage title={t('audit.title')} actions={download}>
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !first ? (
        <LoadingState />
      ) : (
        <>
          <AuditFilter
            filters={filters}
            onChange={setFilters}
            actors={first.actors}
            actions={first.actions}
          />
          {entries.length > 0 ? (
            <AuditList entries={entries} />
          ) : (
            <EmptyState
              icon={IconListSearch}
              title={isFiltered ? t('audit.noMatch') : t('audit.none')}
              text={isFiltered ? t('audit.noMatchText') : t('audit.noneText')}
            />
          )}
          <NextPageButton query={query} mt="md">
            {t('audit.more')}
          </NextPageButton>
        </>
      )}
    </SettingsSubpage>
  );
}
