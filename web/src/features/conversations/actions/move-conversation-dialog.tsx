import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Conversation } from '../../../api/client.ts';
import { customers } from '../../../api/queries/customers.ts';
import { t } from '../../../locales/messages.ts';
import { type Choice, ChooseDialog } from '../../../ui/choose-dialog.tsx';
import { type NewCustomer, useMoveToCustomer } from './use-move-to-customer.ts';

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
  const move = useMoveToCustomer(instanceId, conversation.id);
  const entered = search.trim();
  const isNewAddress =
    /^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(entered) && !found.some(({ address }) => address === entered);
  const choices: Array<Choice<NewCustomer>> = found.map((one) => ({
    key: `${one.id} ${one.address}`,
    label: one.name,
    detail: one.address,
    value: { customerId: one.id, address: one.address },
  }));
  if (isNewAddress) {
    choices.push({
      key: entered,
      label: t('merging.moveToAddress', { address: entered }),
      value: { address: entered, name: '' },
    });
  }
  return (
    <ChooseDialog
      title={t('merging.move')}
      text={t('merging.moveText')}
      searchLabel={t('customers.search')}
      search={search}
      onSearch={setSearch}
      query={query}
      found={choices}
      noneFound={t('customers.nobody')}
      change={move}
      onClose={onClose}
    />
  );
}
