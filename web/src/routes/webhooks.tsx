import { Anchor, Button, Text } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { hasFailed } from '../api/has-failed.ts';
import { webhooks } from '../api/queries/integrations.ts';
import { WebhookForm } from '../features/integrations/webhook-form.tsx';
import { WebhookState } from '../features/integrations/webhook-state.tsx';
import { t } from '../locales/messages.ts';
import styles from '../ui/settings-list.module.css';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Webhooks, for admins. */
export default function WebhooksPage() {
  const { instance } = useAppContext();
  const [creating, setCreating] = useState(false);
  const query = useQuery({ ...webhooks(instance.id), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  const create = !creating && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('webhooks.create')}
    </Button>
  );
  return (
    <SettingsSubpage title={t('webhooks.title')} actions={create}>
      {creating && <WebhookForm instanceId={instance.id} close={() => setCreating(false)} />}
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.webhooks.length > 0 ? (
        <ul className={styles.list} aria-label={t('webhooks.title')}>
          {query.data.webhooks.map((webhook) => (
            <li key={webhook.id} className={styles.row}>
              <div className={styles.identity}>
                <Anchor
                  component={Link}
                  fw={600}
                  {...({
                    to: '/$slug/settings/webhooks/$webhookId',
                    params: { slug: instance.slug, webhookId: webhook.id },
                  } as object)}
                >
                  {webhook.description || webhook.url}
                </Anchor>
                {webhook.description && <Text size="sm">{webhook.url}</Text>}
                <Text size="sm" c="var(--text-muted)">
                  {webhook.eventTypes.map((type) => t(`webhooks.types.${type}`)).join(' · ')}
                </Text>
              </div>
              <div className={styles.details}>
                <WebhookState webhook={webhook} />
              </div>
            </li>
          ))}
        </ul>
      ) : (
        !creating && (
          <EmptyState icon={IconWebhook} title={t('webhooks.none')} text={t('webhooks.noneText')} />
        )
      )}
    </SettingsSubpage>
  );
}
