import { Anchor, Button, Group, Paper, Progress, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { locale, t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './bulk.module.css';
import { BulkStateBadge } from './bulk-list.tsx';
import { recipients, type useBulkMessage } from './queries.ts';

/** The live progress of a bulk message, why it stopped, and the result for each recipient. */
export function BulkProgress({
  instanceId,
  slug,
  bulk,
  change,
}: {
  instanceId: string;
  slug: string;
  bulk: BulkMessage;
  change: ReturnType<typeof useBulkMessage>;
}) {
  const { counts, state } = bulk;
  const problem = bulk.problem && textOf(bulk.problem);
  const { order } = change;
  const percentage = (count: number) => (counts.total > 0 ? (count / counts.total) * 100 : 0);
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Group gap="sm">
          <BulkStateBadge state={state} />
          <Text fw={600} aria-live="polite">
            {t('bulk.sentOf', { sent: counts.sent, total: counts.total })}
          </Text>
        </Group>
        <Group gap="xs">
          {state === 'sending' && (
            <Button variant="default" onClick={() => order.mutate('pause')}>
              {t('bulk.sending.pause')}
            </Button>
          )}
          {(state === 'paused' || state === 'stopped') && (
            <Button onClick={() => order.mutate('resume')}>{t('bulk.sending.resume')}</Button>
          )}
          {(state === 'sending' || state === 'paused' || state === 'stopped') && (
            <ConfirmButton
              color="red"
              label={t('bulk.sending.cancel')}
              confirmLabel={t('bulk.sending.cancelSure')}
              cancelLabel={t('bulk.sending.goOn')}
              onConfirm={() => order.mutate('cancel')}
            />
          )}
          <Button
            variant="default"
            component="a"
            href={`/api/instances/${instanceId}/bulk-messages/${bulk.id}/report.csv`}
            download
          >
            {t('bulk.sending.report')}
          </Button>
        </Group>
      </Group>
      <Progress.Root
        mt="md"
        size="lg"
        aria-label={t('bulk.sentOf', { sent: counts.sent, total: counts.total })}
      >
        <Progress.Section
          value={percentage(counts.sent)}
          color="teal"
          aria-label={t('bulk.sending.states.sent')}
        />
        <Progress.Section
          value={percentage(counts.bounced + counts.failed)}
          color="red"
          aria-label={t('bulk.sending.states.bounced')}
        />
        <Progress.Section
          value={percentage(counts.sending)}
          color="teal.3"
          aria-label={t('bulk.sending.states.sending')}
        />
      </Progress.Root>
      <Group mt="xs" gap="lg">
        {(['sent', 'bounced', 'failed', 'sending', 'waiting'] as const).map((one) => (
          <Text key={one} size="sm" c="var(--text-muted)">
            {t(`bulk.sending.states.${one}`)} {counts[one].toLocaleString(locale)}
          </Text>
        ))}
        {counts.skipped > 0 && (
          <Text size="sm" c="var(--text-muted)">
            {t('bulk.sending.states.skipped')} {counts.skipped.toLocaleString(locale)}
          </Text>
        )}
      </Group>
      {problem && (
        <div className={state === 'stopped' ? styles.stopped : styles.warning} role="alert">
          <b>{problem.title}</b> {problem.detail}
        </div>
      )}
      {order.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {order.error.message} {order.error.detail}
        </Text>
      )}
      <RecipientTable instanceId={instanceId} slug={slug} bulk={bulk} />
    </Paper>
  );
}

function RecipientTable({ instanceId, slug, bulk }: { instanceId: string; slug: string; bulk: BulkMessage }) {
  const [after, setAfter] = useState(0);
  const page = useQuery(recipients(instanceId, bulk.id, after));
  const rows = page.data?.recipients ?? [];
  return (
    <>
      <Table.ScrollContainer minWidth={520} mt="md">
        <Table>
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
      </Table.ScrollContainer>
      {(after > 0 || rows.length === 200) && (
        <Group>
          <Button size="compact-sm" variant="default" disabled={after === 0} onClick={() => setAfter(0)}>
            {t('bulk.sending.first')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={rows.length < 200}
            onClick={() => setAfter(rows.at(-1)!.position)}
          >
            {t('bulk.sending.more')}
          </Button>
        </Group>
      )}
    </>
  );
}
