import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkMessage, NameAndAddress } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { SentPreview } from '../../ui/sent-preview.tsx';
import styles from './bulk.module.css';
import { allowance, type BulkPreview, preview, type useBulkMessage } from './queries.ts';

/** Previews a bulk message per customer, sends a test, and warns before it is sent (S6). */
export function ReviewAndSend({
  instanceId,
  bulk,
  change,
}: {
  instanceId: string;
  bulk: BulkMessage;
  change: ReturnType<typeof useBulkMessage>;
}) {
  const [position, setPosition] = useState(1);
  const version = `${bulk.subject} ${bulk.html} ${bulk.mailboxId} ${bulk.counts.total}`;
  const previewQuery = useQuery(preview(instanceId, bulk.id, position, version));
  const allowanceQuery = useQuery(allowance(instanceId, bulk.id));
  const { order, test } = change;
  return (
    <Paper withBorder p="lg">
      <Title order={2}>{t('bulk.check.title')}</Title>
      {previewQuery.data && (
        <RecipientPreview
          instanceId={instanceId}
          preview={previewQuery.data}
          position={position}
          count={bulk.counts.total}
          onMove={setPosition}
        />
      )}
      <Group mt="md">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(position)}>
          {t('bulk.check.test')}
        </Button>
        {test.data && <Text role="status">{t('bulk.check.tested', { address: test.data.address })}</Text>}
        {test.error && <Text c="var(--error)">{test.error.message}</Text>}
      </Group>
      <div className={styles.warning}>
        <b>{t('bulk.check.warning', { address: bulk.address })}</b>
        <Text size="sm">{t('bulk.check.warningText')}</Text>
        {allowanceQuery.data && (
          <Text size="sm" mt={4}>
            {t('bulk.check.allowance', {
              limit: allowanceQuery.data.limit,
              sent: allowanceQuery.data.sent,
              outside: allowanceQuery.data.outside.used,
              outsideLimit: allowanceQuery.data.outside.limit,
              left: allowanceQuery.data.forBulk,
            })}
            {bulk.counts.total > allowanceQuery.data.forBulk && ` ${t('bulk.check.takesDays')}`}
          </Text>
        )}
        {bulk.oneClickProblem && (
          <Text size="sm" mt={4}>
            {bulk.oneClickProblem.title} {bulk.oneClickProblem.detail}
          </Text>
        )}
      </div>
      {order.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {order.error.message} {order.error.detail}
        </Text>
      )}
      <Button
        mt="md"
        disabled={bulk.counts.total === 0}
        loading={order.isPending}
        onClick={() => order.mutate('start')}
      >
        {t('bulk.check.send', { count: bulk.counts.total })}
      </Button>
    </Paper>
  );
}

/** The message as one of the customers would receive it. */
function RecipientPreview({
  instanceId,
  preview,
  position,
  count,
  onMove,
}: {
  instanceId: string;
  preview: BulkPreview;
  position: number;
  count: number;
  onMove(position: number): void;
}) {
  return (
    <Paper withBorder p="md" mt="sm" aria-label={t('bulk.check.preview')} component="section">
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="var(--text-muted)">
          {t('bulk.check.to', { recipient: formatAddress(preview.to) })}
        </Text>
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            disabled={position <= 1}
            onClick={() => onMove(position - 1)}
          >
            {t('bulk.check.previous')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={position >= count}
            onClick={() => onMove(position + 1)}
          >
            {t('bulk.check.next')}
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="var(--text-muted)">
        {t('bulk.check.from', { name: preview.from.name, address: preview.from.address })}
      </Text>
      <Text fw={600} my="xs">
        {preview.subject || t('list.noSubject')}
      </Text>
      <SentPreview instanceId={instanceId} sent={preview} title={t('bulk.check.preview')} />
      {preview.unknown.length > 0 && (
        <Text mt="xs" c="var(--warning)">
          {t('bulk.check.unknown', { fields: preview.unknown.map((field) => `{{${field}}}`).join(', ') })}
        </Text>
      )}
    </Paper>
  );
}

function formatAddress({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}
