import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { hasFailed } from '../api/has-failed.ts';
import { webhooks } from '../api/queries/integrations.ts';
import { WebhookActions } from '../features/integrations/webhook-actions.tsx';
import { WebhookLog } from '../features/integrations/webhook-log.tsx';
import { WebhookState } from '../features/integrations/webhook-state.tsx';
import { t } from '../locales/messages.ts';
import { formatShortTime } from '../ui/format-short-time.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** One webhook: how it is doing, and its log. */
export default function WebhookPage() {
  const { instance } = useAppContext();
  const { webhookId } = useParams({ strict: false }) as { webhookId: string };
  const navigate = useNavigate();
  const query = useQuery({ ...webhooks(instance.id), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const webhook = query.data.webhooks.find(({ id }) => id === webhookId);
  if (!webhook) return <NotFoundPage />;
  const { description, url, eventTypes, formerSecretUntil } = webhook;
  const leave = () =>
    void navigate({ to: '/$slug/settings/webhooks' as '/$slug/settings', params: { slug: instance.slug } });
  return (
    <SettingsSubpage title={description || new URL(url).host}>
      <Text style={{ overflowWrap: 'anywhere' }}>{url}</Text>
      <Text size="sm" c="var(--text-muted)">
        {eventTypes.map((type) => t(`webhooks.types.${type}`)).join(' · ')}
      </Text>
      <WebhookState webhook={webhook} />
      {formerSecretUntil && (
        <Text size="sm" c="var(--text-muted)">
          {t('webhooks.rotated', { when: formatShortTime(new Date(formerSecretUntil), new Date()) })}
        </Text>
      )}
      <WebhookActions instanceId={instance.id} webhook={webhook} onDeleted={leave} />
      <WebhookLog instanceId={instance.id} webhookId={webhook.id} />
    </SettingsSubpage>
  );
}
