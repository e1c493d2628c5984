import { Badge, Text } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** Of what did not leave; Mantine's own light yellow is too faint to read. */
const colors = {
  failed: { ink: 'var(--red)', ground: 'var(--red-ground)' },
  held: { ink: 'var(--amber)', ground: 'var(--amber-ground)' },
  cancelled: { ink: 'var(--quiet)', ground: 'var(--hover)' },
};

/** Where a message of ours is, in a word. */
export function DeliveryStateBadge({ message }: { message: Message }) {
  if (message.direction !== 'outbound') return null;
  if (!message.delivery) {
    return message.origin === 'gmail' ? (
      <Text span size="xs" c="var(--quiet)">
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
      <Text span size="xs" c="var(--quiet)">
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
