import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse, type Webhook } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { WebhookSecret } from './webhook-form.tsx';

/** Tests, pauses, resumes and deletes a webhook, and gives it a new secret. */
export function WebhookActions({
  instanceId,
  webhook,
  onDeleted,
}: {
  instanceId: string;
  webhook: Webhook;
  onDeleted(): void;
}) {
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const params = { path: { instanceId, webhookId: webhook.id } };
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: [instanceId, 'webhooks'] });
    await client.invalidateQueries({ queryKey: [instanceId, 'webhook-deliveries'] });
  };
  const act = useMutation<unknown, ProblemError, () => Promise<unknown>>({
    mutationFn: (action) => action(),
    onSuccess: () => void refresh(),
  });
  const test = async () => {
    await unwrapResponse(api.POST('/api/instances/{instanceId}/webhooks/{webhookId}/test', { params }));
    notifications.show({ message: t('webhooks.tested') });
  };
  const setState = (state: 'active' | 'paused') =>
    unwrapResponse(
      api.PATCH('/api/instances/{instanceId}/webhooks/{webhookId}', { params, body: { state } }),
    );
  const rotate = async () => {
    const rotated = await unwrapResponse(
      api.POST('/api/instances/{instanceId}/webhooks/{webhookId}/rotate-secret', { params }),
    );
    setSecret(rotated.secret);
  };
  const remove = async () => {
    await unwrapResponse(api.DELETE('/api/instances/{instanceId}/webhooks/{webhookId}', { params }));
    notifications.show({ message: t('webhooks.deleted') });
    onDeleted();
  };
  return (
    <>
      {secret && <WebhookSecret secret={secret} close={() => setSecret(null)} />}
      <ProblemAlert problem={act.error} />
      <Group gap="xs" my="md">
        <Button variant="default" disabled={webhook.state !== 'active'} onClick={() => act.mutate(test)}>
          {t('webhooks.test')}
        </Button>
        {webhook.state === 'active' ? (
          <Button variant="default" onClick={() => act.mutate(() => setState('paused'))}>
            {t('webhooks.pause')}
          </Button>
        ) : (
          <Button onClick={() => act.mutate(() => setState('active'))}>{t('webhooks.resume')}</Button>
        )}
        <ConfirmButton
          label={t('webhooks.rotate')}
          confirmLabel={t('webhooks.rotateNow')}
          cancelLabel={t('common.cancel')}
          onConfirm={() => act.mutate(rotate)}
        />
        <ConfirmButton
          color="red"
          label={t('webhooks.delete')}
          confirmLabel={t('webhooks.deleteNow')}
          cancelLabel={t('common.cancel')}
          onConfirm={() => act.mutate(remove)}
        />
      </Group>
    </>
  );
}
