import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  api,
  type ProblemError,
  unwrapResponse,
  type Webhook,
  type WebhookEventType,
} from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import { SettingsForm, ShownOnce } from '../../ui/settings-form.tsx';

const eventTypes = [
  'message.stored',
  'message.redacted',
  'delivery.changed',
  'conversation.changed',
  'customer.changed',
  'mailbox.changed',
] as const satisfies WebhookEventType[];

/** Creates a webhook, and shows its secret once. */
export function WebhookForm({ instanceId, close }: { instanceId: string; close(): void }) {
  const client = useQueryClient();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<string[]>(['message.stored']);
  const create = useMutation<{ webhook: Webhook; secret: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/webhooks', {
          params: { path: { instanceId } },
          body: { url: url.trim(), description, eventTypes: chosen as WebhookEventType[] },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: [instanceId, 'webhooks'] }),
  });
  if (create.data) return <WebhookSecret secret={create.data.secret} close={close} />;
  return (
    <SettingsForm title={t('webhooks.create')} disabled={chosen.length === 0} add={create} close={close}>
      <RequiredTextInput
        label={t('webhooks.url')}
        description={t('webhooks.urlHelp')}
        type="url"
        invalidText={t('webhooks.urlInvalid')}
        pattern="https?://.+"
        autoComplete="off"
        autoFocus
        value={url}
        onChange={({ currentTarget: { value } }) => setUrl(value)}
      />
      <TextInput
        label={t('webhooks.description')}
        autoComplete="off"
        maxLength={200}
        value={description}
        onChange={({ currentTarget: { value } }) => setDescription(value)}
      />
      <Checkbox.Group label={t('webhooks.events')} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt="xs">
          {eventTypes.map((type) => (
            <Checkbox key={type} value={type} label={t(`webhooks.types.${type}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
    </SettingsForm>
  );
}

/** The secret of a webhook, shown once. */
export function WebhookSecret({ secret, close }: { secret: string; close(): void }) {
  const texts = { title: t('webhooks.secretTitle'), text: t('webhooks.secretText') };
  const labels = { label: t('webhooks.secret'), copyLabel: t('webhooks.copySecret') };
  return <ShownOnce {...texts} {...labels} value={secret} close={close} />;
}
