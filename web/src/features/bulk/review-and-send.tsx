import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkMessage, NameAndAddress } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { SentPreview } from '../../ui/sent-preview.tsx';
import styles from './bulk.module.css';
import { ConfirmSendDialog } from './confirm-send-dialog.tsx';
import { type BulkPreview, preview, type useBulkMessage } from './queries.ts';
import { SendingLimits } from './sending-limits.tsx';

/** Previews a bulk message per customer, sends a test, and warns before it is sent (S6). */
export function ReviewAndSend({
  instanceId,
  bulk,
  unsaved,
  change,
}: {
  instanceId: string;
  bulk: BulkMessage;
  /** Whether the message was edited since it was saved: what is sent is what is saved. */
  unsaved: boolean;
  change: ReturnType<typeof useBulkMessage>;
}) {
  const [position, setPosition] = useState(1);
  const version = `${bulk.subject} ${bulk.html} ${bulk.mailboxId} ${bulk.counts.total}`;
  const previewQuery = useQuery(preview(instanceId, bulk.id, position, version));
  const [confirming, setConfirming] = useState(false);
  const { test } = change;
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
        <ProblemText problem={test.error} />
      </Group>
      <div className={styles.warning}>
        <b>{t('bulk.check.warning', { address: bulk.address })}</b>
        <Text size="sm">{t('bulk.check.warningText')}</Text>
        <SendingLimits instanceId={instanceId} bulk={bulk} />
        {bulk.oneClickProblem && (
          <Text size="sm" mt={4}>
            {bulk.oneClickProblem.title} {bulk.oneClickProblem.detail}
          </Text>
        )}
      </div>
      {previewQuery.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {previewQuery.error.message}
        </Text>
      )}
      <Group mt="md">
        <Button disabled={bulk.counts.total === 0 || unsaved} onClick={() => setConfirming(true)}>
          {t('bulk.check.send', { count: bulk.counts.total })}
        </Button>
        {unsaved && (
          <Text size="sm" c="var(--text-muted)">
            {t('composer.saving')}
          </Text>
        )}
      </Group>
      {confirming && (
        <ConfirmSendDialog
          {...{ instanceId, bulk, change }}
          // Not the one that is shown while this one loads.
          preview={previewQuery.isPlaceholderData ? undefined : previewQuery.data}
          onClose={() => setConfirming(false)}
        />
      )}
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
