import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { words } from '../../words/words.ts';
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
  const said = words.bulk.check;
  return (
    <Paper withBorder p="lg">
      <Title order={2}>{said.title}</Title>
      {previewQuery.data && (
        <Paper withBorder p="md" mt="sm" aria-label={said.preview} component="section">
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="var(--quiet)">
              {said.to(previewQuery.data.to.name, previewQuery.data.to.address)}
            </Text>
            <Group gap="xs">
              <Button
                size="compact-xs"
                variant="default"
                disabled={position <= 1}
                onClick={() => setPosition(position - 1)}
              >
                {said.previous}
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                disabled={position >= bulk.counts.all}
                onClick={() => setPosition(position + 1)}
              >
                {said.next}
              </Button>
            </Group>
          </Group>
          <Text size="sm" c="var(--quiet)">
            {said.from(previewQuery.data.from.name, previewQuery.data.from.address)}
          </Text>
          <Text fw={600} my="xs">
            {previewQuery.data.subject || words.list.noSubject}
          </Text>
          {renderHtml(previewQuery.data.html)}
          {previewQuery.data.unknown.length > 0 && (
            <Text mt="xs" c="var(--amber)">
              {said.unknown(previewQuery.data.unknown)}
            </Text>
          )}
        </Paper>
      )}
      <Group mt="md">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(position)}>
          {said.test}
        </Button>
        {test.data && <Text role="status">{said.tested(test.data.address)}</Text>}
        {test.error && <Text c="var(--red)">{test.error.message}</Text>}
      </Group>
      <div className={styles.warning}>
        <b>{said.warning(bulk.address)}</b>
        <Text size="sm">{said.warningText}</Text>
        {allowanceQuery.data && (
          <Text size="sm" mt={4}>
            {said.allowance(allowanceQuery.data.limit, allowanceQuery.data.sent, allowanceQuery.data.forBulk)}
            {bulk.counts.all > allowanceQuery.data.forBulk && ` ${said.takesDays}`}
          </Text>
        )}
      </div>
      {order.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {order.error.message} {order.error.remedy}
        </Text>
      )}
      <Button
        mt="md"
        disabled={bulk.counts.all === 0}
        loading={order.isPending}
        onClick={() => order.mutate('start')}
      >
        {said.send(bulk.counts.all)}
      </Button>
    </Paper>
  );
}
