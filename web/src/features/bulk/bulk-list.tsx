import { Anchor, Badge, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { BulkMessage } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './bulk.module.css';
import type { KeptBulkMessage } from './bulk-draft-storage.ts';

/** The light shades of Mantine have too little contrast. */
const muted = { color: 'var(--text-muted)', background: 'var(--hover)' };
const colors: Record<BulkMessage['state'], { color: string; background: string }> = {
  draft: muted,
  sending: { color: 'var(--accent)', background: 'var(--selected)' },
  paused: { color: 'var(--warning)', background: 'var(--warning-background)' },
  stopped: { color: 'var(--error)', background: 'var(--error-background)' },
  cancelled: muted,
  done: muted,
};

/** The state of a bulk message. */
export function BulkStateBadge({ state }: { state: BulkMessage['state'] }) {
  return (
    <Badge tt="none" miw="max-content" c={colors[state].color} bg={colors[state].background}>
      {t(`bulk.states.${state}`)}
    </Badge>
  );
}

/** The bulk messages, newest first; before them those that only this browser keeps. */
export function BulkList({
  slug,
  bulkMessages,
  kept,
}: {
  slug: string;
  bulkMessages: BulkMessage[];
  kept: KeptBulkMessage[];
}) {
  const unsaved = kept.filter(({ bulkId }) => !bulkMessages.some(({ id }) => id === bulkId));
  return (
    <Table className={styles.table} verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('bulk.subject')}</Table.Th>
          <Table.Th>{t('bulk.from')}</Table.Th>
          <Table.Th>{t('bulk.state')}</Table.Th>
          <Table.Th>{t('bulk.progress')}</Table.Th>
          <Table.Th>{t('bulk.written')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {unsaved.map(({ bulkId, content }) => (
          <Table.Tr key={bulkId}>
            <Table.Td>
              <BulkLink slug={slug} bulkId={bulkId} subject={content.subject} />
            </Table.Td>
            <Table.Td />
            <Table.Td>
              <BulkStateBadge state="draft" />
            </Table.Td>
            <Table.Td colSpan={2} c="var(--text-muted)">
              {t('composer.keptHere')}
            </Table.Td>
          </Table.Tr>
        ))}
        {bulkMessages.map((bulk) => (
          <Table.Tr key={bulk.id}>
            <Table.Td>
              <BulkLink slug={slug} bulkId={bulk.id} subject={bulk.subject} />
            </Table.Td>
            <Table.Td className={styles.address}>{bulk.alias ?? bulk.address}</Table.Td>
            <Table.Td>
              <BulkStateBadge state={bulk.state} />
            </Table.Td>
            <Table.Td>{t('bulk.sentOf', { sent: bulk.counts.sent, total: bulk.counts.total })}</Table.Td>
            <Table.Td>
              <RelativeTime at={bulk.createdAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function BulkLink({ slug, bulkId, subject }: { slug: string; bulkId: string; subject: string }) {
  return (
    <Anchor
      className={styles.subject}
      size="sm"
      fw={600}
      component={Link}
      to="/$slug/bulk/$bulkId"
      params={{ slug, bulkId } as never}
    >
      {subject || t('list.noSubject')}
    </Anchor>
  );
}
