import { Button } from '@mantine/core';
import { IconSend2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { v4 as uuid } from 'uuid';
import { hasFailed } from '../api/has-failed.ts';
import { keptBulkMessages } from '../features/bulk/bulk-draft-storage.ts';
import { BulkList } from '../features/bulk/bulk-list.tsx';
import { bulkMessages } from '../features/bulk/queries.ts';
import { t } from '../locales/messages.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Bulk messages (S6), for admins. */
export default function BulkPage() {
  const { me, instance } = useAppContext();
  const kept = keptBulkMessages(me.user.id, instance.id);
  const query = useQuery({ ...bulkMessages(instance.id), enabled: instance.role === 'admin' });
  const navigate = useNavigate();
  if (instance.role !== 'admin') return <NotFoundPage />;
  const write = () =>
    void navigate({
      to: '/$slug/bulk/$bulkId',
      params: { slug: instance.slug, bulkId: uuid() } as never,
    });
  return (
    <Page title={t('bulk.title')} actions={<Button onClick={write}>{t('bulk.write')}</Button>}>
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.bulkMessages.length + kept.length === 0 ? (
        <EmptyState icon={IconSend2} title={t('bulk.empty.title')} text={t('bulk.empty.text')} />
      ) : (
        <BulkList slug={instance.slug} bulkMessages={query.data.bulkMessages} kept={kept} />
      )}
    </Page>
  );
}
