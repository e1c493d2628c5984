import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import { NextPageButton } from '../../ui/next-page-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import styles from './customer.module.css';
import { type CustomerRow, customerList } from './queries.ts';

/** The customers by name, or those a search finds. */
export function CustomerList({ instanceId, slug }: { instanceId: string; slug: string }) {
  const [search, setSearch] = useState('');
  const [debouncedSearch] = useDebouncedValue(search.trim(), 150);
  const query = useInfiniteQuery({
    ...customerList(instanceId, debouncedSearch),
    placeholderData: (before) => before,
  });
  const rows = query.data?.pages.flatMap(({ customers }) => customers) ?? [];
  return (
    <>
      <TextInput
        type="search"
        aria-label={t('customers.search')}
        placeholder={t('customers.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        mb="sm"
      />
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        debouncedSearch ? (
          <EmptyState icon={IconSearch} title={t('customers.nobody')} text={t('customers.nobodyText')} />
        ) : (
          <EmptyState icon={IconUsers} title={t('customers.empty')} text={t('customers.emptyText')} />
        )
      ) : (
        <nav aria-label={t('customers.label')}>
          {rows.map((row) => (
            <CustomerListRow key={row.id} row={row} slug={slug} />
          ))}
        </nav>
      )}
      <NextPageButton query={query} mt="md">
        {t('customers.more')}
      </NextPageButton>
    </>
  );
}

function CustomerListRow({ row, slug }: { row: CustomerRow; slug: string }) {
  const { id, name, addresses, conversations, lastMessageAt } = row;
  return (
    <Link to="/$slug/customers/$customerId" params={{ slug, customerId: id }} className={styles.row}>
      <InitialsAvatar name={name} size={32} />
      <span className={styles.fill}>
        <Text span size="sm" fw={600} display="block" className={styles.truncate}>
          {name}
        </Text>
        <Text span size="xs" c="var(--text-muted)" display="block" className={styles.truncate}>
          {addresses.join(' · ')}
        </Text>
      </span>
      <Text span size="xs" c="var(--text-muted)" ta="right">
        {conversations > 0 ? t('customer.conversations', { count: conversations }) : t('customers.none')}
        {lastMessageAt && (
          <>
            <br />
            <RelativeTime at={lastMessageAt} />
          </>
        )}
      </Text>
    </Link>
  );
}
