import { Anchor, Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hasFailed } from '../api/has-failed.ts';
import { apiKeys } from '../api/queries/integrations.ts';
import { ApiKeyForm } from '../features/integrations/api-key-form.tsx';
import { ApiKeyList } from '../features/integrations/api-key-list.tsx';
import { t } from '../locales/messages.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > API keys, for admins. */
export default function ApiKeysPage() {
  const { instance } = useAppContext();
  const [creating, setCreating] = useState(false);
  const query = useQuery({ ...apiKeys(instance.id), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  const create = !creating && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('apiKeys.create')}
    </Button>
  );
  return (
    <SettingsSubpage title={t('apiKeys.title')} actions={create}>
      <Anchor href="/api/reference" target="_blank" size="sm" display="inline-block" mb="md">
        {t('apiKeys.reference')}
      </Anchor>
      {creating && <ApiKeyForm instanceId={instance.id} close={() => setCreating(false)} />}
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.apiKeys.length > 0 ? (
        <ApiKeyList instanceId={instance.id} apiKeys={query.data.apiKeys} />
      ) : (
        !creating && <EmptyState icon={IconKey} title={t('apiKeys.none')} text={t('apiKeys.noneText')} />
      )}
    </SettingsSubpage>
  );
}
