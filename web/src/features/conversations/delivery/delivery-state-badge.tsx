import { Badge, Text } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** The colours of the states; the light yellow of Mantine has too little contrast. */
const colors = {
  failed: { ink: 'var(--error)', ground: 'var(--error-background)' },
  held: { ink: 'var(--warning)', ground: 'var(--warning-background)' },
  cancelled: { ink: 'var(--text-muted)', ground: 'var(--hover)' },
};

/** The delivery state of an outgoing message. */
export function DeliveryStateBadge({ message }: { message: Message }) {
  if (message.direction !== 'outbound') return null;
  if (!message.delivery) {
    return message.origin === 'gmail' ? (
      <Text span size="xs" c="var(--text-muted)">
        {t('message.sentFromGmail')}
      </Text>
    ) : null;
  }
  const { state, scheduled } = message.delivery;
  if (state === 'sent' && failedForAll(message)) {
    return (
      <Badge size="sm" tt="none" c={colors.failed.ink} bg={colors.failed.ground}>
        {t('delivery.undelivered')}
      </Badge>
    );
  }
  if (state === 'sent' || state === 'queued' || state === 'sending') {
    return (
      <Text span size="xs" c="var(--text-muted)">
        {t(`delivery.${state === 'queued' && scheduled ? 'scheduled' : state}`)}
      </Text>
    );
  }
  return (
    <Badge size="sm" tt="none" c={colors[state].ink} bg={colors[state].ground}>
      {t(`delivery.${state}`)}
    </Badge>
  );
}

function failedForAll({ to, cc, bcc, reports }: Message): boolean {
  const failed = reports.filter(({ kind }) => kind === 'failed').length;
  return failed > 0 && failed >= to.length + cc.length + bcc.length;
}
