import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ErrorState } from '../../ui/states.tsx';
import styles from './bulk.module.css';
import { recipients } from './queries.ts';

/** The result for each recipient of a bulk message, in pages of 200. */
export function RecipientTable({
  instanceId,
  slug,
  bulk,
}: {
  instanceId: string;
  slug: string;
  bulk: BulkMessage;
}) {
  const [after, setAfter] = useState<string>();
  const page = useQuery(recipients(instanceId, bulk.id, after));
  const { recipients: rows = [], next = null } = page.data ?? {};
  if (hasFailed(page)) return <ErrorState error={page.error} retry={() => void page.refetch()} />;
  return (
    <>
      <Table className={styles.table} mt="md">
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.position}>
              <Table.Td>
                {row.conversationId ? (
                  <Anchor
                    component={Link}
                    to="/$slug/inbox/$view/$conversationId"
                    params={{ slug, view: 'done', conversationId: row.conversationId } as never}
                  >
                    {row.name || row.address}
                  </Anchor>
                ) : (
                  row.name || row.address
                )}
                {row.name && (
                  <Text size="sm" c="var(--text-muted)">
                    {row.address}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{t(`bulk.sending.states.${row.state}`)}</Table.Td>
              <Table.Td>{row.problem ? textOf(row.problem).title : row.diagnostic}</Table.Td>
              <Table.Td>{row.changedAt && <RelativeTime at={row.changedAt} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {(after !== undefined || next !== null) && (
        <Group>
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
        </Group>
      )}
    </>
  );
}
