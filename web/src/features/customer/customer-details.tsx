import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { api, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { useFieldError } from '../../ui/use-field-error.ts';
import type { CustomerPage } from './queries.ts';
import { useCustomerChange } from './use-customer-change.ts';

type CustomerChange = { name?: string; addAddress?: string; removeAddress?: string };

/** Edits a customer's name and addresses, and lists the customers merged into this one. */
export function CustomerDetails({ instanceId, page }: { instanceId: string; page: CustomerPage }) {
  const { id, name, addresses } = page.customer;
  const path = { instanceId, customerId: id };
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
      <NameForm
        name={name}
        saving={change.isPending}
        onSave={(name, onSuccess) => change.mutate({ name }, { onSuccess })}
      />
      <Addresses
        addresses={addresses}
        saving={change.isPending}
        onAdd={(addAddress, onSuccess) => change.mutate({ addAddress }, { onSuccess })}
        onRemove={(removeAddress) => change.mutate({ removeAddress })}
      />
      {page.merges.map((merge) => (
        <Group key={merge.id} gap="xs" justify="space-between">
          <Text size="xs" c="var(--text-muted)" flex={1}>
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
      <ProblemText problem={problem} size="xs" />
    </Stack>
  );
}

function NameForm({
  name,
  saving,
  onSave,
}: {
  name: string;
  saving: boolean;
  onSave(name: string, onSuccess: () => void): void;
}) {
  // null: as it is saved.
  const [typed, setTyped] = useState<string | null>(null);
  const draftName = typed ?? name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Not what was typed since.
        onSave(draftName, () => setTyped((now) => (now === draftName ? null : now)));
      }}
    >
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          size="xs"
          label={t('customers.name')}
          value={draftName}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {draftName.trim() !== name && draftName.trim() !== '' && (
          <Button size="xs" type="submit" loading={saving}>
            {t('customers.save')}
          </Button>
        )}
      </Group>
    </form>
  );
}

function Addresses({
  addresses,
  saving,
  onAdd,
  onRemove,
}: {
  addresses: string[];
  saving: boolean;
  onAdd(address: string, onSuccess: () => void): void;
  onRemove(address: string): void;
}) {
  const [address, setAddress] = useState('');
  const addressError = useFieldError();
  return (
    <div>
      <Text size="xs" c="var(--text-muted)">
        {t('customer.addresses')}
      </Text>
      {addresses.map((one) => (
        <Group key={one} gap={4} justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {one}
          </Text>
          {addresses.length > 1 && (
            <ActionIcon
              size={24}
              variant="subtle"
              color="gray"
              aria-label={t('customers.removeAddress', { address: one })}
              onClick={() => onRemove(one)}
            >
              <IconX size={13} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (address.trim()) onAdd(address, () => setAddress((now) => (now === address ? '' : now)));
        }}
      >
        <Group align="flex-start" gap="xs" mt={6} wrap="nowrap">
          <TextInput
            flex={1}
            size="xs"
            type="email"
            aria-label={t('customers.address')}
            placeholder={t('customers.addAddress')}
            value={address}
            onChange={({ currentTarget }) => setAddress(currentTarget.value)}
            {...addressError}
          />
          {address.trim() && (
            <Button size="xs" type="submit" variant="default" loading={saving}>
              {t('customers.addAddress')}
            </Button>
          )}
        </Group>
      </form>
    </div>
  );
}
