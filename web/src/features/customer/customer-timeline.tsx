import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { NextPageButton } from '../../ui/next-page-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import styles from './customer.module.css';
import { customerTimeline } from './queries.ts';

/** The messages of all conversations with a customer, newest first. */
export function CustomerTimeline({
  instanceId,
  slug,
  customerId,
}: {
  instanceId: string;
  slug: string;
  customerId: string;
}) {
  const query = useInfiniteQuery(customerTimeline(instanceId, customerId));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const messages = query.data.pages.flatMap((page) => page.messages);
  if (messages.length === 0) return <Text c="var(--text-muted)">{t('customers.noMessages')}</Text>;
  return (
    <>
      {messages.map((message) => (
        <Link
          key={message.id}
          to="/$slug/inbox/$view/$conversationId"
          params={{ slug, view: 'open', conversationId: message.conversationId }}
          className={styles.row}
        >
          <span className={styles.fill}>
            <span className={styles.line}>
              <Text span size="sm" fw={600} className={styles.truncate}>
                {message.from}
              </Text>
              <span className={styles.muted}>
                {message.files > 0 && `${t('customers.files', { count: message.files })} · `}
                <RelativeTime at={message.sentAt} />
              </span>
            </span>
            <Text span size="sm" display="block" className={styles.truncate}>
              {message.subject || t('list.noSubject')}
            </Text>
            <Text span size="xs" c="var(--text-muted)" display="block" className={styles.truncate}>
              {message.snippet}
            </Text>
          </span>
        </Link>
      ))}
      <NextPageButton query={query} mt="md">
        {t('customers.earlier')}
      </NextPageButton>
    </>
  );
}
