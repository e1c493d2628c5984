import { Button, Code, Group, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse, type WebhookDelivery } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { webhookDeliveries } from '../../api/queries/integrations.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { NextPageButton } from '../../ui/next-page-button.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from '../../ui/settings-list.module.css';
import { ErrorState, LoadingState } from '../../ui/states.tsx';

/** What was delivered to a webhook, newest first, and what was not and why. */
export function WebhookLog({ instanceId, webhookId }: { instanceId: string; webhookId: string }) {
  const query = useInfiniteQuery(webhookDeliveries(instanceId, webhookId));
  const path = { instanceId, webhookId };
  const replay = useMutation<unknown, ProblemError, string | null>({
    mutationFn: (deliveryId): Promise<unknown> =>
      deliveryId
        ? unwrapResponse(
            api.POST('/api/instances/{instanceId}/webhooks/{webhookId}/deliveries/{deliveryId}/replay', {
              params: { path: { ...path, deliveryId } },
            }),
          )
        : unwrapResponse(
            api.POST('/api/instances/{instanceId}/webhooks/{webhookId}/replay', {
              params: { path },
              body: { since: new Date(Date.now() - 30 * 86_400_000).toISOString() },
            }),
          ),
    onSuccess: () => void query.refetch(),
  });
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const deliveries = query.data.pages.flatMap((page) => page.deliveries);
  return (
    <section aria-label={t('webhooks.log')}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t('webhooks.log')}</Title>
        {deliveries.some(({ state }) => state === 'failed') && (
          <Button size="xs" variant="default" onClick={() => replay.mutate(null)}>
            {t('webhooks.againAll')}
          </Button>
        )}
      </Group>
      <ProblemAlert problem={replay.error} />
      {deliveries.length === 0 ? (
        <Text c="var(--text-muted)">{t('webhooks.noDeliveries')}</Text>
      ) : (
        <ul className={styles.list}>
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} replay={() => replay.mutate(delivery.id)} />
          ))}
        </ul>
      )}
      <NextPageButton query={query}>{t('webhooks.more')}</NextPageButton>
    </section>
  );
}

function DeliveryRow({ delivery, replay }: { delivery: WebhookDelivery; replay(): void }) {
  const { type, data, occurredAt, state, attempts, lastStatus, problem, response } = delivery;
  const color = state === 'failed' ? 'var(--error)' : problem ? 'var(--warning)' : 'var(--text-muted)';
  return (
    <li className={styles.row}>
      <div className={styles.identity}>
        <Text fw={600}>{type}</Text>
        <Text size="sm" c="var(--text-muted)">
          {Object.values(data).join(' · ')}
        </Text>
        {response && <Code block>{response}</Code>}
      </div>
      <div className={styles.details}>
        <Text size="sm" c={color}>
          {[t(`webhooks.${state}`), lastStatus, t('webhooks.attempts', { count: attempts })]
            .filter((part) => part !== null)
            .join(' · ')}
        </Text>
        {problem && <Text size="sm">{textOf(problem).title}</Text>}
        <Text size="sm" c="var(--text-muted)">
          <RelativeTime at={occurredAt} />
        </Text>
      </div>
      {state !== 'pending' && (
        <Button size="xs" variant="default" onClick={replay}>
          {t('webhooks.again')}
        </Button>
      )}
    </li>
  );
}
