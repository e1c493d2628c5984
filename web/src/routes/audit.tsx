import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type AuditFilters, auditLog } from '../api/queries.ts';
import { AuditFilter } from '../features/audit/audit-filter.tsx';
import { AuditList } from '../features/audit/audit-list.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { words } from '../words/words.ts';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { usePlace } from './shell.tsx';

/** Settings > Audit log, for admins. What is asked for stands in the address, so that it can be passed on. */
export default function AuditPage() {
  const { instance } = usePlace();
  const asked = useSearch({ strict: false }) as AuditFilters;
  const navigate = useNavigate();
  const query = useInfiniteQuery({
    ...auditLog(instance.id, asked),
    enabled: instance.role === 'admin',
    placeholderData: keepPreviousData,
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  const ask = (next: AuditFilters) => void navigate({ to: '.', search: next as never, replace: true });
  const file = `/api/instances/${instance.id}/audit.csv?${new URLSearchParams(asked as Record<string, string>)}`;
  const download = (
    <Button
      component="a"
      href={file}
      download
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {words.audit.export}
    </Button>
  );
  const first = query.data?.pages[0];
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const narrowed = Object.values(asked).some(Boolean);
  return (
    <SettingsSubpage title={words.audit.title} actions={download}>
      {query.isError ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !first ? (
        <Loading />
      ) : (
        <>
          <AuditFilter filters={asked} onChange={ask} actors={first.actors} actions={first.actions} />
          {entries.length > 0 ? (
            <AuditList entries={entries} />
          ) : (
            <Empty
              title={narrowed ? words.audit.noMatch : words.audit.none}
              text={narrowed ? words.audit.noMatchText : words.audit.noneText}
            />
          )}
          {query.hasNextPage && (
            <Button
              variant="default"
              mt="md"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {words.audit.more}
            </Button>
          )}
        </>
      )}
    </SettingsSubpage>
  );
}
