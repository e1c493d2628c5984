import { Code, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ApiKey, api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { formatShortTime } from '../../ui/format-short-time.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import styles from '../../ui/settings-list.module.css';

/** The keys that are not revoked. */
export function ApiKeyList({ instanceId, apiKeys }: { instanceId: string; apiKeys: ApiKey[] }) {
  const client = useQueryClient();
  const revoke = useMutation<unknown, ProblemError, ApiKey>({
    mutationFn: ({ id }) =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/api-keys/{apiKeyId}', {
          params: { path: { instanceId, apiKeyId: id } },
        }),
      ),
    onSuccess: (_, { name }) => {
      void client.invalidateQueries({ queryKey: [instanceId, 'api-keys'] });
      notifications.show({ message: t('apiKeys.revoked', { name }) });
    },
  });
  return (
    <>
      <ProblemAlert problem={revoke.error} />
      <ul className={styles.list} aria-label={t('apiKeys.title')}>
        {apiKeys.map((apiKey) => (
          <li key={apiKey.id} className={styles.row}>
            <div className={styles.identity}>
              <Text fw={600}>{apiKey.name}</Text>
              <Code>{apiKey.prefix}…</Code>
              <Text size="sm" c="var(--text-muted)">
                {apiKey.scopes.join(' · ')}
              </Text>
            </div>
            <KeyTimes apiKey={apiKey} />
            <Group gap="xs">
              <ConfirmButton
                size="xs"
                color="red"
                label={t('apiKeys.revoke')}
                confirmLabel={t('apiKeys.revokeNow', { name: apiKey.name })}
                cancelLabel={t('common.cancel')}
                onConfirm={() => revoke.mutate(apiKey)}
              />
            </Group>
          </li>
        ))}
      </ul>
    </>
  );
}

function KeyTimes({ apiKey: { createdBy, createdAt, lastUsedAt, expiresAt } }: { apiKey: ApiKey }) {
  const now = new Date();
  const show = (at: string) => formatShortTime(new Date(at), now);
  const created = createdBy
    ? t('apiKeys.createdBy', { name: createdBy.name, when: show(createdAt) })
    : t('apiKeys.created', { when: show(createdAt) });
  const isExpired = expiresAt !== null && new Date(expiresAt) <= now;
  return (
    <div className={styles.details}>
      <Text size="sm">
        {lastUsedAt ? t('apiKeys.lastUsed', { when: show(lastUsedAt) }) : t('apiKeys.neverUsed')}
      </Text>
      <Text size="sm" c="var(--text-muted)">
        {created}
      </Text>
      <Text size="sm" c={isExpired ? 'var(--warning)' : 'var(--text-muted)'}>
        {expiresAt === null
          ? t('apiKeys.forever')
          : isExpired
            ? t('apiKeys.expired', { when: show(expiresAt) })
            : t('apiKeys.until', { when: show(expiresAt) })}
      </Text>
    </div>
  );
}
