import { ActionIcon, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, type OwnAddresses, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { otherAddresses } from '../../api/queries/mailboxes.ts';
import { showSaved } from '../../api/show-saved.ts';
import { t } from '../../locales/messages.ts';
import { ErrorState } from '../../ui/states.tsx';
import styles from './other-addresses.module.css';

type Change = { kind: 'add' | 'remove'; address: string };

/** Groups and aliases that are ours (R11): named by an admin, offered where mail reached us by them. */
export function OtherAddresses({ instanceId }: { instanceId: string }) {
  const client = useQueryClient();
  const query = useQuery(otherAddresses(instanceId));
  const [typed, setTyped] = useState('');
  const change = useMutation<OwnAddresses, ProblemError, Change>({
    mutationFn: ({ kind, address }) =>
      unwrapResponse(
        kind === 'add'
          ? api.POST('/api/instances/{instanceId}/own-addresses', {
              params: { path: { instanceId } },
              body: { address },
            })
          : api.DELETE('/api/instances/{instanceId}/own-addresses/{address}', {
              params: { path: { instanceId, address } },
            }),
      ),
    onSuccess: async (saved, { address }) => {
      await showSaved(client, otherAddresses(instanceId).queryKey, saved);
      if (address === typed.trim()) setTyped('');
    },
  });
  const add = (address: string) => change.mutate({ kind: 'add', address });
  function submit(event: FormEvent) {
    event.preventDefault();
    add(typed.trim());
  }
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { addresses = [], offered = [] } = query.data ?? {};
  return (
    <Stack gap="sm" mt="xl" component="section" className={styles.section} aria-labelledby="other-addresses">
      <Title order={2} size={16} id="other-addresses">
        {t('receiving.other.title')}
      </Title>
      <Text size="sm" c="var(--text-muted)">
        {t('receiving.other.text')}
      </Text>
      {addresses.length === 0 ? (
        <Text size="sm">{t('receiving.other.none')}</Text>
      ) : (
        <ul className={styles.list}>
          {addresses.map(({ address, kind }) => (
            <li key={address} className={styles.row}>
              <Text span size="sm" className={styles.address}>
                {address}
              </Text>
              {kind === 'former' && (
                <Text span size="xs" c="var(--text-muted)">
                  {t('receiving.other.former')}
                </Text>
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('receiving.other.remove', { address })}
                disabled={change.isPending}
                onClick={() => change.mutate({ kind: 'remove', address })}
              >
                <IconX size={16} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit}>
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            label={t('receiving.other.label')}
            description={t('receiving.other.help')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={change.error?.message}
            flex={1}
          />
          <Button type="submit" variant="default" mt={22} disabled={!typed.trim()} loading={change.isPending}>
            {t('receiving.other.add')}
          </Button>
        </Group>
      </form>
      {offered.length > 0 && (
        <>
          <Text size="sm">{t('receiving.other.offered')}</Text>
          <ul className={styles.list}>
            {offered.map(({ address, messages }) => (
              <li key={address} className={styles.row}>
                <Text span size="sm" className={styles.address}>
                  {address}
                </Text>
                <Text span size="xs" c="var(--text-muted)">
                  {t('receiving.other.messages', { count: messages })}
                </Text>
                <ActionIcon
                  variant="subtle"
                  aria-label={t('receiving.other.addOne', { address })}
                  disabled={change.isPending}
                  onClick={() => add(address)}
                >
                  <IconPlus size={16} />
                </ActionIcon>
              </li>
            ))}
          </ul>
        </>
      )}
    </Stack>
  );
}
