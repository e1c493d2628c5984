import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ChooseDialog } from '../../ui/choose-dialog.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { type CustomerPage, customerList } from './queries.ts';
import { useCustomerChange } from './use-customer-change.ts';

type DialogProps = { instanceId: string; page: CustomerPage; onClose(): void };

/** Merges a chosen customer into this one. */
export function MergeCustomerDialog({ instanceId, page, onClose }: DialogProps) {
  const { id: customerId, name } = page.customer;
  const [search, setSearch] = useState('');
  const [debouncedSearch] = useDebouncedValue(search.trim(), 150);
  const query = useInfiniteQuery({
    ...customerList(instanceId, debouncedSearch),
    enabled: debouncedSearch.length > 0,
  });
  const found = (query.data?.pages[0]?.customers ?? []).filter(({ id }) => id !== customerId).slice(0, 8);
  const merge = useCustomerChange<string>(instanceId, customerId, (fromId) =>
    unwrapResponse(
      api.POST('/api/instances/{instanceId}/customers/{customerId}/merge', {
        params: { path: { instanceId, customerId } },
        body: { fromId },
      }),
    ),
  );
  return (
    <ChooseDialog
      title={t('customers.merge')}
      text={t('customers.mergeText', { name })}
      searchLabel={t('customers.search')}
      search={search}
      onSearch={setSearch}
      query={query}
      found={found.map((one) => ({ key: one.id, label: one.name, detail: one.addresses[0], value: one.id }))}
      noneFound={t('customers.nobody')}
      change={merge}
      onClose={onClose}
    />
  );
}

/** Deletes a customer with all content, after the user has typed the name. */
export function DeleteCustomerDialog({
  instanceId,
  page,
  onClose,
  onDeleted,
}: DialogProps & { onDeleted(): void }) {
  const { id: customerId, name } = page.customer;
  const [typedName, setTypedName] = useState('');
  const client = useQueryClient();
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/customers/{customerId}/delete', {
          params: { path: { instanceId, customerId } },
          body: { name: typedName },
        }),
      ),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: [instanceId, 'customer', customerId] });
      void client.invalidateQueries({ queryKey: [instanceId] });
    },
  });
  return (
    <ConfirmDialog
      title={t('customers.removeTitle', { name })}
      keepLabel={t('common.keep')}
      confirmLabel={t('customers.removeConfirm')}
      disabled={typedName.trim() !== name.trim()}
      pending={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <Text>{t('customers.removeText')}</Text>
      <Text mt="xs">{t('redaction.gmail')}</Text>
      <TextInput
        mt="md"
        label={t('customers.removeType', { name })}
        value={typedName}
        onChange={({ currentTarget }) => setTypedName(currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </ConfirmDialog>
  );
}
