import { Button, CloseButton, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { ErrorState } from '../../ui/states.tsx';
import styles from './bulk.module.css';
import { recipients, type useBulkMessage } from './queries.ts';

/** The recipients, page by page; each can be removed. */
export function RecipientList({
  instanceId,
  bulk,
  change: { clear },
}: {
  instanceId: string;
  bulk: BulkMessage;
  change: ReturnType<typeof useBulkMessage>;
}) {
  const [after, setAfter] = useState<string>();
  const page = useQuery(recipients(instanceId, bulk.id, after));
  const { recipients: rows = [], next = null } = page.data ?? {};
  if (hasFailed(page)) return <ErrorState error={page.error} retry={() => void page.refetch()} />;
  return (
    <>
      <ul className={styles.recipients} aria-label={t('bulk.customers.chosen')}>
        {rows.map(({ position, name, address }) => (
          <li key={position}>
            <span className={styles.name}>{name || address}</span>
            {name && (
              <Text span size="xs" c="var(--text-muted)" className={styles.name}>
                {address}
              </Text>
            )}
            <CloseButton
              size="xs"
              aria-label={t('bulk.customers.takeOut', { who: name || address })}
              onClick={() => clear.mutate(position)}
            />
          </li>
        ))}
      </ul>
      <Group gap="xs">
        {(after !== undefined || next !== null) && (
          <>
            <Button
              size="compact-sm"
              variant="default"
              disabled={after === undefined}
              onClick={() => setAfter(undefined)}
            >
              {t('bulk.sending.first')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={next === null}
              onClick={() => setAfter(next ?? undefined)}
            >
              {t('bulk.sending.more')}
            </Button>
          </>
        )}
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => clear.mutate(null)}>
          {t('bulk.customers.clear')}
        </Button>
      </Group>
    </>
  );
}
