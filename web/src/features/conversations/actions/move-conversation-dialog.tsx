import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Conversation } from '../../../api/client.ts';
import { customers } from '../../../api/queries/customers.ts';
import { t } from '../../../locales/messages.ts';
import { useMoveToCustomer } from './use-move-to-customer.ts';

/** Moves the conversation to another customer. */
export default function MoveConversationDialog({
  instanceId,
  conversation,
  onClose,
}: {
  instanceId: string;
  conversation: Conversation;
  onClose(): void;
}) {
  const [search, setSearch] = useState('');
  const [debouncedSearch] = useDebouncedValue(search, 150);
  const query = useQuery(customers(instanceId, debouncedSearch));
  const found = (query.data?.customers ?? []).filter(({ id }) => id !== conversation.customer.id);
  const move = useMoveToCustomer(instanceId, conversation.id, onClose);
  const entered = search.trim();
  const isNewAddress =
    /^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(entered) && !found.some(({ address }) => address === entered);
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t('merging.move')}</b>}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text size="sm" mb="xs">
        {t('merging.moveText')}
      </Text>
      <TextInput
        type="search"
        aria-label={t('customers.search')}
        placeholder={t('customers.search')}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus
      />
      <Stack gap={4} mt="sm">
        {found.map((one) => (
          <Button
            key={`${one.id} ${one.address}`}
            variant="default"
            justify="space-between"
            rightSection={
              <Text span size="xs" c="var(--text-muted)">
                {one.address}
              </Text>
            }
            disabled={move.isPending}
            onClick={() => move.mutate({ customerId: one.id, address: one.address })}
          >
            {one.name}
          </Button>
        ))}
        {isNewAddress && (
          <Button
            variant="default"
            justify="flex-start"
            disabled={move.isPending}
            onClick={() => move.mutate({ address: entered, name: '' })}
          >
            {t('merging.moveToAddress', { address: entered })}
          </Button>
        )}
      </Stack>
      {move.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {move.error.message} {move.error.detail}
        </Text>
      )}
    </Modal>
  );
}
