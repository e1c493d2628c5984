import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { listAddresses } from '../../ui/list-addresses.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';

/** Deletes an organization, after showing what is lost and asking for its name. */
export function DeleteInstanceDialog({
  instance,
  onClose,
}: {
  instance: Me['instances'][number];
  onClose(): void;
}) {
  const { id: instanceId, name } = instance;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const params = { path: { instanceId } };
  const contents = useQuery({
    queryKey: [instanceId, 'instance-contents'],
    queryFn: () => unwrapResponse(api.GET('/api/instances/{instanceId}/contents', { params })),
    staleTime: 0,
  });
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(api.DELETE('/api/instances/{instanceId}', { params, body: { name: typed.trim() } })),
    onSuccess: async () => {
      notifications.show({ message: t('organizations.delete.done', { name }) });
      await client.invalidateQueries({ queryKey: ['me'] });
      void navigate({ to: '/' });
    },
  });
  return (
    <Dialog onClose={onClose} title={t('organizations.delete.title', { name })}>
      {contents.isPending ? (
        <LoadingState />
      ) : hasFailed(contents) ? (
        <ErrorState error={contents.error} retry={() => void contents.refetch()} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            remove.mutate();
          }}
        >
          <Stack gap="md">
            <Text>{t('organizations.delete.intro')}</Text>
            <List spacing="xs">
              <List.Item>{t('organizations.delete.access', { count: contents.data.people })}</List.Item>
              <List.Item>
                {contents.data.mailboxes.length > 0
                  ? t('organizations.delete.mailboxes', { addresses: listAddresses(contents.data.mailboxes) })
                  : t('organizations.delete.noMailboxes')}
              </List.Item>
              <List.Item>
                {t('organizations.delete.data', {
                  conversations: contents.data.conversations,
                  customers: contents.data.customers,
                })}
              </List.Item>
            </List>
            <TextInput
              label={t('organizations.delete.type', { name })}
              autoComplete="off"
              data-autofocus
              value={typed}
              onChange={({ currentTarget: { value } }) => setTyped(value)}
            />
            <ProblemAlert problem={remove.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('common.keep')}
              </Button>
              <Button type="submit" color="red" loading={remove.isPending} disabled={typed.trim() !== name}>
                {t('organizations.delete.confirm')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
