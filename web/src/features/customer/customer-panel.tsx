import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConversationPage } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { WhileShown } from '../../ui/shown.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import styles from './customer.module.css';
import { CustomerNotes } from './customer-notes.tsx';
import { customer as customerQuery, latestConversations } from './queries.ts';
import { StatusLabel } from './status-label.tsx';

/** The customer of a conversation: name, addresses, notes and other conversations. */
export function CustomerPanel({
  instanceId,
  slug,
  conversationId,
  customer,
  onClose,
}: {
  instanceId: string;
  slug: string;
  conversationId: string;
  customer: ConversationPage['customer'];
  onClose(): void;
}) {
  return (
    <aside aria-label={t('customer.label')} style={{ padding: 16 }}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <InitialsAvatar name={customer.name} size={40} />
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={t('customer.hide')}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
      <Title order={2} size={16} mt="sm" style={{ overflowWrap: 'anywhere' }}>
        <Link
          to="/$slug/customers/$customerId"
          params={{ slug, customerId: customer.id }}
          style={{ color: 'inherit', textDecoration: 'none' }}
          title={t('customers.open')}
        >
          {customer.name}
        </Link>
      </Title>
      <Text size="sm" c="var(--text-muted)">
        {t('customer.conversations', { count: customer.conversations })}
      </Text>
      <Stack gap={2} mt="md" mb="md">
        <Text size="xs" c="var(--text-muted)">
          {t('customer.addresses')}
        </Text>
        {customer.addresses.map((address) => (
          <Text key={address} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {address}
          </Text>
        ))}
      </Stack>
      <WhileShown>
        <Notes instanceId={instanceId} customerId={customer.id} />
      </WhileShown>
      {customer.conversations > 1 && (
        <OtherConversations {...{ instanceId, slug, conversationId }} customerId={customer.id} />
      )}
    </aside>
  );
}

function Notes({ instanceId, customerId }: { instanceId: string; customerId: string }) {
  const query = useQuery(customerQuery(instanceId, customerId));
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return query.data && <CustomerNotes instanceId={instanceId} page={query.data} />;
}

function OtherConversations({
  instanceId,
  slug,
  conversationId,
  customerId,
}: {
  instanceId: string;
  slug: string;
  conversationId: string;
  customerId: string;
}) {
  const [othersOpen, setOthersOpen] = useState(false);
  const query = useQuery({ ...latestConversations(instanceId, customerId), enabled: othersOpen });
  const others = query.data?.conversations.filter(({ id }) => id !== conversationId).slice(0, 10) ?? [];
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        mt="md"
        mb={6}
        aria-expanded={othersOpen}
        onClick={() => setOthersOpen((before) => !before)}
      >
        {t('customers.others')}
      </Button>
      {othersOpen && (
        <section aria-label={t('customers.others')}>
          {query.isLoading && <LoadingState lines={2} />}
          {hasFailed(query) && <ErrorState error={query.error} retry={() => void query.refetch()} />}
          <ul className={styles.links}>
            {others.map((one) => (
              <li key={one.id}>
                <Link
                  to="/$slug/inbox/$view/$conversationId"
                  params={{ slug, view: one.status, conversationId: one.id }}
                  className={styles.link}
                >
                  <span className={styles.line}>
                    <span className={styles.truncate} dir="auto">
                      {one.subject || t('list.noSubject')}
                    </span>
                    <span className={styles.muted}>
                      <RelativeTime at={one.lastMessageAt} />
                    </span>
                  </span>
                  <StatusLabel status={one.status} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
