import { Button, Group, Modal, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { words } from '../../words/words.ts';

const nobody = '';

/** Asks before somebody's access is taken away, and who takes over what they have open. */
export function DeactivateDialog({
  instanceId,
  member,
  others,
  close,
  onDone,
}: {
  instanceId: string;
  member: Member;
  others: Member[];
  close(): void;
  onDone(): void;
}) {
  const [reassignTo, setReassignTo] = useState(nobody);
  const deactivate = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/members/{userId}/deactivate', {
          params: { path: { instanceId, userId: member.id } },
          body: { reassignTo: reassignTo === nobody ? null : reassignTo },
        }),
      ),
    onSuccess: () => {
      notifications.show({ message: words.people.deactivated(member.name) });
      onDone();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={<b>{words.people.deactivateTitle(member.name)}</b>}
      closeButtonProps={{ 'aria-label': words.close }}
      centered
    >
      <Text>{words.people.deactivateText}</Text>
      {member.openConversations > 0 && (
        <>
          <Text mt="md">{words.people.open(member.openConversations)}</Text>
          <Select
            mt="xs"
            label={words.people.handTo}
            allowDeselect={false}
            data={[
              { value: nobody, label: words.people.nobody },
              ...others.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={reassignTo}
            onChange={(value) => setReassignTo(value ?? nobody)}
          />
        </>
      )}
      <ProblemAlert problem={deactivate.error} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus>
          {words.people.keep}
        </Button>
        <Button color="red" loading={deactivate.isPending} onClick={() => deactivate.mutate()}>
          {words.people.deactivate}
        </Button>
      </Group>
    </Modal>
  );
}
