import { ActionIcon, Group, Stack, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ConversationPage } from '../../api/client.ts';
import { Initials } from '../../ui/initials.tsx';
import { words } from '../../words/words.ts';

/** Who writes: name, addresses, and how much there has been. */
export function Customer({ customer, close }: { customer: ConversationPage['customer']; close(): void }) {
  return (
    <aside aria-label={words.customer.label} style={{ padding: 16 }}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Initials name={customer.name} size={40} />
        <ActionIcon variant="subtle" color="gray" onClick={close} aria-label={words.customer.hide}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
      <Title order={2} size={16} mt="sm" style={{ overflowWrap: 'anywhere' }}>
        {customer.name}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {words.customer.conversations(customer.conversations)}
      </Text>
      <Stack gap={2} mt="md">
        <Text size="xs" c="var(--quiet)">
          {words.customer.addresses}
        </Text>
        {customer.addresses.map((address) => (
          <Text key={address} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {address}
          </Text>
        ))}
      </Stack>
    </aside>
  );
}
