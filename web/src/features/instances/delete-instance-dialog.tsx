import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { words } from '../../words/words.ts';

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
      notifications.show({ message: words.instances.delete.done(name) });
      await client.invalidateQueries({ queryKey: ['me'] });
      void navigate({ to: '/' });
    },
  });
  const says = words.instances.delete;
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{says.title(name)}</b>}
      closeButtonProps={{ 'aria-label': words.close }}
      centered
    >
      {contents.isPending ? (
        <LoadingState />
      ) : contents.isError ? (
        <ErrorState error={contents.error} retry={() => void contents.refetch()} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            remove.mutate();
          }}
        >
          <Stack gap="md">
            <Text>{says.intro}</Text>
            <List spacing="xs">
              <List.Item>{says.access(contents.data.people)}</List.Item>
              <List.Item>
                {contents.data.mailboxes.length > 0
                  ? says.mailboxes(contents.data.mailboxes.join(', '))
                  : says.noMailboxes}
              </List.Item>
              <List.Item>{says.data(contents.data.conversations, contents.data.customers)}</List.Item>
            </List>
            <TextInput
              label={says.type(name)}
              autoComplete="off"
              data-autofocus
              value={typed}
              onChange={({ currentTarget: { value } }) => setTyped(value)}
            />
            <ProblemAlert problem={remove.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {says.keep}
              </Button>
              <Button type="submit" color="red" loading={remove.isPending} disabled={typed.trim() !== name}>
                {says.confirm}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
