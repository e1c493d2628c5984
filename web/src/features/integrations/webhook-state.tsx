import { Text } from '@mantine/core';
import type { Webhook } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatShortTime } from '../../ui/format-short-time.ts';

/** How a webhook is doing, in words. */
export function WebhookState({ webhook: { state, failingSince } }: { webhook: Webhook }) {
  const isWell = state === 'active' && !failingSince;
  const when = failingSince && formatShortTime(new Date(failingSince), new Date());
  return (
    <Text
      size="sm"
      c={state === 'disabled' ? 'var(--error)' : isWell ? 'var(--text-muted)' : 'var(--warning)'}
    >
      {t(`webhooks.states.${state}`)}
      {when && ` · ${t('webhooks.failing', { when })}`}
    </Text>
  );
}
