import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import { type CustomerPage, customerList } from './queries.ts';
import { useCustomerChange } from './use-customer-change.ts';

type DialogProps = { instanceId: string; page: CustomerPage; onClose(): void };

/** Merges a chosen customer into this one. */
export function MergeCustomerDialog({ instanceId, page, onClose }: DialogProps) {
  const said = words.customers;
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
    <Modal
      opened
      onClose={onClose}
      title={<b>{said.merge}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text size="sm" mb="sm">
        {said.mergeText(name)}
      </Text>
      <TextInput
        type="search"
        aria-label={said.search}
        placeholder={said.search}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus
      />
      <Stack gap={4} mt="sm">
        {found.map((one) => (
          <Button
            key={one.id}
            variant="default"
            justify="space-between"
            aria-label={said.mergeConfirm(`${one.name}, ${one.addresses.join(', ')}`)}
            rightSection={
              <Text span size="xs" c="var(--quiet)">
                {one.addresses[0]}
              </Text>
            }
            disabled={merge.isPending}
            onClick={() => merge.mutate(one.id, { onSuccess: onClose })}
          >
            {one.name}
          </Button>
        ))}
        {debouncedSearch && query.isSuccess && found.length === 0 && (
          <Text size="sm" c="var(--quiet)">
            {said.nobody}
          </Text>
        )}
      </Stack>
      {merge.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {merge.error.message} {merge.error.remedy}
        </Text>
      )}
    </Modal>
  );
}

/** Deletes a customer with all content, after the user has typed the name. */
export function DeleteCustomerDialog({
  instanceId,
  page,
  onClose,
  onDeleted,
}: DialogProps & { onDeleted(): void }) {
  const said = words.customers;
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
    <Modal
      opened
      onClose={onClose}
      title={<b>{said.removeTitle(name)}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text>{said.removeText}</Text>
      <Text mt="xs">{words.redaction.gmail}</Text>
      <TextInput
        mt="md"
        label={said.removeType(name)}
        value={typedName}
        onChange={({ currentTarget }) => setTypedName(currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      {remove.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {remove.error.message} {remove.error.remedy}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {said.keep}
        </Button>
        <Button
          color="red"
          disabled={typedName.trim() !== name.trim()}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {said.removeConfirm}
        </Button>
      </Group>
    </Modal>
  );
}
