import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { api, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import type { CustomerPage } from './queries.ts';
import { useCustomerChange } from './use-customer-change.ts';

type CustomerChange = { name?: string; addAddress?: string; removeAddress?: string };

/** A customer's name and addresses, to be changed in place, and whom they were merged from. */
export function CustomerDetails({ instanceId, page }: { instanceId: string; page: CustomerPage }) {
  const { id, name, addresses } = page.customer;
  const path = { instanceId, customerId: id };
  const [draftName, setDraftName] = useState(name);
  const [address, setAddress] = useState('');
  const change = useCustomerChange<CustomerChange>(instanceId, id, (body) =>
    unwrapResponse(
      api.PATCH('/api/instances/{instanceId}/customers/{customerId}', { params: { path }, body }),
    ),
  );
  const undoMerge = useCustomerChange<string>(instanceId, id, (mergeId) =>
    unwrapResponse(
      api.DELETE('/api/instances/{instanceId}/customers/{customerId}/merges/{mergeId}', {
        params: { path: { ...path, mergeId } },
      }),
    ),
  );
  const problem = change.error ?? undoMerge.error;
  return (
    <Stack gap="md" mb="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ name: draftName });
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            size="xs"
            label={t('customers.name')}
            value={draftName}
            onChange={({ currentTarget }) => setDraftName(currentTarget.value)}
          />
          {draftName.trim() !== name && draftName.trim() !== '' && (
            <Button size="xs" type="submit" loading={change.isPending}>
              {t('customers.save')}
            </Button>
          )}
        </Group>
      </form>
      <div>
        <Text size="xs" c="var(--quiet)">
          {t('customer.addresses')}
        </Text>
        {addresses.map((one) => (
          <Group key={one} gap={4} justify="space-between" wrap="nowrap">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {one}
            </Text>
            {addresses.length > 1 && (
              <ActionIcon
                size={22}
                variant="subtle"
                color="gray"
                aria-label={t('customers.removeAddress', { address: one })}
                onClick={() => change.mutate({ removeAddress: one })}
              >
                <IconX size={13} />
              </ActionIcon>
            )}
          </Group>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (address.trim()) change.mutate({ addAddress: address }, { onSuccess: () => setAddress('') });
          }}
        >
          <Group gap="xs" mt={6} wrap="nowrap">
            <TextInput
              flex={1}
              size="xs"
              type="email"
              aria-label={t('customers.address')}
              placeholder={t('customers.addAddress')}
              value={address}
              onChange={({ currentTarget }) => setAddress(currentTarget.value)}
            />
            {address.trim() && (
              <Button size="xs" type="submit" variant="default" loading={change.isPending}>
                {t('customers.addAddress')}
              </Button>
            )}
          </Group>
        </form>
      </div>
      {page.merges.map((merge) => (
        <Group key={merge.id} gap="xs" justify="space-between">
          <Text size="xs" c="var(--quiet)" flex={1}>
            {t('customers.merged', { name: merge.name, addresses: merge.addresses.join(', ') })}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            loading={undoMerge.isPending}
            onClick={() => undoMerge.mutate(merge.id)}
          >
            {t('customers.part')}
          </Button>
        </Group>
      ))}
      {problem && (
        <Text size="xs" c="var(--red)" role="alert">
          {problem.message} {problem.detail}
        </Text>
      )}
    </Stack>
  );
}
