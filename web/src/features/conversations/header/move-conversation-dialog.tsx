import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Conversation, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { customers } from '../../../api/queries/customers.ts';
import { t } from '../../../locales/messages.ts';

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
  const client = useQueryClient();
  const [search, setSearch] = useState('');
  const [debouncedSearch] = useDebouncedValue(search, 150);
  const query = useQuery(customers(instanceId, debouncedSearch));
  const found = (query.data?.customers ?? []).filter(({ id }) => id !== conversation.customer.id);
  const move = useMutation<unknown, ProblemError, string>({
    mutationFn: (customerId) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/conversations/{conversationId}/customer', {
          params: { path: { instanceId, conversationId: conversation.id } },
          body: { customerId },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversation.id] });
      void client.invalidateQueries({ queryKey: [instanceId, 'customer'] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t('merging.move')}</b>}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
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
            aria-label={t('merging.moveConfirm', { name: `${one.name}, ${one.address}` })}
            rightSection={
              <Text span size="xs" c="var(--text-muted)">
                {one.address}
              </Text>
            }
            disabled={move.isPending}
            onClick={() => move.mutate(one.id)}
          >
            {one.name}
          </Button>
        ))}
      </Stack>
      {move.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {move.error.message} {move.error.detail}
        </Text>
      )}
    </Modal>
  );
}
