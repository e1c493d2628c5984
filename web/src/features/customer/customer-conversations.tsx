import { Title } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { ListRow } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { formatNumber } from '../../ui/format.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { NextPageButton } from '../../ui/next-page-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import styles from './customer.module.css';
import { type ConversationStatus, type CustomerPage, customerConversations } from './queries.ts';

const statuses = ['open', 'snoozed', 'done'] as const;

/** The conversations of a customer, grouped by status; each group has pages of its own. */
export function CustomerConversations({
  instanceId,
  slug,
  customer: { id, byStatus },
}: {
  instanceId: string;
  slug: string;
  customer: CustomerPage['customer'];
}) {
  const shown = statuses.filter((status) => byStatus[status] > 0);
  if (shown.length === 0)
    return (
      <EmptyState icon={IconMessages} title={t('customers.none')} text={t('customers.noConversationsText')} />
    );
  return shown.map((status) => (
    <Group
      key={status}
      instanceId={instanceId}
      slug={slug}
      customerId={id}
      status={status}
      count={byStatus[status]}
    />
  ));
}

function Group({
  instanceId,
  slug,
  customerId,
  status,
  count,
}: {
  instanceId: string;
  slug: string;
  customerId: string;
  status: ConversationStatus;
  count: number;
}) {
  const id = useId();
  const query = useInfiniteQuery(customerConversations(instanceId, customerId, status));
  const rows = query.data?.pages.flatMap(({ conversations }) => conversations) ?? [];
  return (
    <section aria-labelledby={id} className={styles.group}>
      <Title order={3} id={id} className={styles.groupTitle}>
        {t(`customers.status.${status}`)} <span className={styles.muted}>{formatNumber(count)}</span>
      </Title>
      {query.isPending ? (
        <LoadingState lines={2} />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <ul className={styles.conversations}>
          {rows.map((row) => (
            <li key={row.id}>
              <ConversationLink slug={slug} row={row} />
            </li>
          ))}
        </ul>
      )}
      <NextPageButton
        query={query}
        mt="xs"
        size="compact-sm"
        aria-label={t('customers.moreOf', { status: t(`customers.status.${status}`) })}
      >
        {t('customers.more')}
      </NextPageButton>
    </section>
  );
}

function ConversationLink({ slug, row }: { slug: string; row: ListRow }) {
  const { id, status, subject, snippet, assignee, lastMessageAt, snoozedUntil } = row;
  return (
    <Link
      to="/$slug/inbox/$view/$conversationId"
      params={{ slug, view: status, conversationId: id }}
      className={styles.row}
    >
      <span className={styles.fill}>
        <span className={styles.line}>
          <span className={`${styles.truncate} ${styles.subject}`} dir="auto">
            {subject || t('list.noSubject')}
          </span>
          <span className={styles.muted}>
            <RelativeTime at={lastMessageAt} />
          </span>
        </span>
        <span className={styles.line}>
          <span className={`${styles.truncate} ${styles.snippet}`} dir="auto">
            {snippet}
          </span>
          <span className={styles.muted}>
            {snoozedUntil
              ? t('customers.until', { when: formatClockTime(new Date(snoozedUntil), new Date()) })
              : assignee?.name}
          </span>
        </span>
      </span>
    </Link>
  );
}
