import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { BulkMessage, NameAndAddress } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import styles from './bulk.module.css';
import { allowance, preview, type useBulkMessage } from './queries.ts';

/** What any of the customers would get, a test to oneself, and the warning before it is sent (S6). */
export function ReviewAndSend({
  instanceId,
  bulk,
  change,
  renderHtml,
}: {
  instanceId: string;
  bulk: BulkMessage;
  change: ReturnType<typeof useBulkMessage>;
  /** Shows mail as safely as the inbox does, which is another feature. */
  renderHtml: (html: string) => ReactNode;
}) {
  const [position, setPosition] = useState(1);
  const version = `${bulk.subject} ${bulk.html} ${bulk.mailboxId} ${bulk.counts.all}`;
  const previewQuery = useQuery(preview(instanceId, bulk.id, position, version));
  const allowanceQuery = useQuery(allowance(instanceId, bulk.id));
  const { order, test } = change;
  return (
    <Paper withBorder p="lg">
      <Title order={2}>{t('bulk.check.title')}</Title>
      {previewQuery.data && (
        <Paper withBorder p="md" mt="sm" aria-label={t('bulk.check.preview')} component="section">
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="var(--quiet)">
              {t('bulk.check.to', { recipient: formatAddress(previewQuery.data.to) })}
            </Text>
            <Group gap="xs">
              <Button
                size="compact-xs"
                variant="default"
                disabled={position <= 1}
                onClick={() => setPosition(position - 1)}
              >
                {t('bulk.check.previous')}
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                disabled={position >= bulk.counts.all}
                onClick={() => setPosition(position + 1)}
              >
                {t('bulk.check.next')}
              </Button>
            </Group>
          </Group>
          <Text size="sm" c="var(--quiet)">
            {t('bulk.check.from', {
              name: previewQuery.data.from.name,
              address: previewQuery.data.from.address,
            })}
          </Text>
          <Text fw={600} my="xs">
            {previewQuery.data.subject || t('list.noSubject')}
          </Text>
          {renderHtml(previewQuery.data.html)}
          {previewQuery.data.unknown.length > 0 && (
            <Text mt="xs" c="var(--amber)">
              {t('bulk.check.unknown', {
                fields: previewQuery.data.unknown.map((field) => `{{${field}}}`).join(', '),
              })}
            </Text>
          )}
        </Paper>
      )}
      <Group mt="md">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(position)}>
          {t('bulk.check.test')}
        </Button>
        {test.data && <Text role="status">{t('bulk.check.tested', { address: test.data.address })}</Text>}
        {test.error && <Text c="var(--red)">{test.error.message}</Text>}
      </Group>
      <div className={styles.warning}>
        <b>{t('bulk.check.warning', { address: bulk.address })}</b>
        <Text size="sm">{t('bulk.check.warningText')}</Text>
        {allowanceQuery.data && (
          <Text size="sm" mt={4}>
            {t('bulk.check.allowance', {
              limit: allowanceQuery.data.limit,
              sent: allowanceQuery.data.sent,
              left: allowanceQuery.data.forBulk,
            })}
            {bulk.counts.all > allowanceQuery.data.forBulk && ` ${t('bulk.check.takesDays')}`}
          </Text>
        )}
      </div>
      {order.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {order.error.message} {order.error.detail}
        </Text>
      )}
      <Button
        mt="md"
        disabled={bulk.counts.all === 0}
        loading={order.isPending}
        onClick={() => order.mutate('start')}
      >
        {t('bulk.check.send', { count: bulk.counts.all })}
      </Button>
    </Paper>
  );
}

function formatAddress({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}
