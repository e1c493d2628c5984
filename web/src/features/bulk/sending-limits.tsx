import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { BulkMessage } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { allowance } from './queries.ts';

/** What the address of a bulk message may still send within Google's limits. */
export function SendingLimits({ instanceId, bulk }: { instanceId: string; bulk: BulkMessage }) {
  const { data } = useQuery(allowance(instanceId, bulk.id));
  if (!data) return null;
  return (
    <Text size="sm" mt={4}>
      {t('bulk.check.allowance', {
        limit: data.limit,
        sent: data.sent,
        outside: data.outside.used,
        outsideLimit: data.outside.limit,
        left: data.forBulk,
      })}
      {bulk.counts.total > data.forBulk && ` ${t('bulk.check.takesDays')}`}
    </Text>
  );
}
