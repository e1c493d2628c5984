import { Anchor, Button, Group, Paper, Progress, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { locale, words } from '../../words/words.ts';
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
  const { counts, state, reason } = bulk;
  const { order } = change;
  const said = words.bulk.sending;
  const percentage = (count: number) => (counts.all > 0 ? (count / counts.all) * 100 : 0);
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Group gap="sm">
          <BulkStateBadge state={state} />
          <Text fw={600} aria-live="polite">
            {words.bulk.sentOf(counts.sent, counts.all)}
          </Text>
        </Group>
        <Group gap="xs">
          {state === 'sending' && (
            <Button variant="default" onClick={() => order.mutate('pause')}>
              {said.pause}
            </Button>
          )}
          {(state === 'paused' || state === 'stopped') && (
            <Button onClick={() => order.mutate('resume')}>{said.resume}</Button>
          )}
          {(state === 'sending' || state === 'paused' || state === 'stopped') && (
            <ConfirmButton
              color="red"
              label={said.cancel}
              confirmLabel={said.cancelSure}
              cancelLabel={said.goOn}
              onConfirm={() => order.mutate('cancel')}
            />
          )}
          <Button
            variant="default"
            component="a"
            href={`/api/instances/${instanceId}/bulk-messages/${bulk.id}/report.csv`}
            download
          >
            {said.report}
          </Button>
        </Group>
      </Group>
      <Progress.Root mt="md" size="lg" aria-label={words.bulk.sentOf(counts.sent, counts.all)}>
        <Progress.Section value={percentage(counts.sent)} color="teal" aria-label={said.states.sent} />
        <Progress.Section
          value={percentage(counts.bounced + counts.failed)}
          color="red"
          aria-label={said.states.bounced}
        />
        <Progress.Section
          value={percentage(counts.sending)}
          color="teal.3"
          aria-label={said.states.sending}
        />
      </Progress.Root>
      <Group mt="xs" gap="lg">
        {(['sent', 'bounced', 'failed', 'sending', 'waiting'] as const).map((one) => (
          <Text key={one} size="sm" c="var(--quiet)">
            {said.states[one]} {counts[one].toLocaleString(locale)}
          </Text>
        ))}
        {counts.leftOut > 0 && (
          <Text size="sm" c="var(--quiet)">
            {said.states['left-out']} {counts.leftOut.toLocaleString(locale)}
          </Text>
        )}
      </Group>
      {reason && (
        <div className={state === 'stopped' ? styles.stopped : styles.warning} role="alert">
          <b>{reason.sentence}</b> {reason.remedy}
        </div>
      )}
      {order.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {order.error.message} {order.error.remedy}
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
  const said = words.bulk.sending;
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
                    <Text size="sm" c="var(--quiet)">
                      {row.address}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{said.states[row.state]}</Table.Td>
                <Table.Td>{row.reason}</Table.Td>
                <Table.Td>{row.at && <RelativeTime at={row.at} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {(after > 0 || rows.length === 200) && (
        <Group>
          <Button size="compact-sm" variant="default" disabled={after === 0} onClick={() => setAfter(0)}>
            {said.first}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={rows.length < 200}
            onClick={() => setAfter(rows.at(-1)!.position)}
          >
            {said.more}
          </Button>
        </Group>
      )}
    </>
  );
}
