import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import type { BulkMessage } from '../../api/client.ts';
import { locale, t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ProblemText } from '../../ui/problem-text.tsx';
import styles from './bulk.module.css';
import { BulkStateBadge } from './bulk-list.tsx';
import type { useBulkMessage } from './queries.ts';
import { RecipientTable } from './recipient-table.tsx';

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
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Group gap="sm">
          <BulkStateBadge state={state} />
          <Text fw={600} aria-live="polite">
            {t('bulk.sentOf', { sent: counts.sent, total: counts.total })}
          </Text>
        </Group>
        <SendingActions instanceId={instanceId} bulk={bulk} order={order} />
      </Group>
      <ProgressByState counts={counts} />
      {problem && (
        <div className={state === 'stopped' ? styles.stopped : styles.warning} role="alert">
          <b>{problem.title}</b> {problem.detail}
        </div>
      )}
      <ProblemText problem={order.error} mt="sm" />
      <RecipientTable instanceId={instanceId} slug={slug} bulk={bulk} />
    </Paper>
  );
}

/** The buttons that pause, resume and cancel the sending, and the link to its report. */
function SendingActions({
  instanceId,
  bulk: { id, state },
  order,
}: {
  instanceId: string;
  bulk: BulkMessage;
  order: ReturnType<typeof useBulkMessage>['order'];
}) {
  return (
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
        href={`/api/instances/${instanceId}/bulk-messages/${id}/report.csv`}
        download
      >
        {t('bulk.sending.report')}
      </Button>
    </Group>
  );
}

/** The bar and the numbers of the recipients in each state. */
function ProgressByState({ counts }: { counts: BulkMessage['counts'] }) {
  const percentage = (count: number) => (counts.total > 0 ? (count / counts.total) * 100 : 0);
  return (
    <>
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
    </>
  );
}
