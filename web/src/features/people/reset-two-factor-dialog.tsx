import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { words } from '../../words/words.ts';

/** Asks before two-factor authentication is turned off for a member. */
export function ResetTwoFactorDialog({
  instanceId,
  member,
  close,
  onDone,
}: {
  instanceId: string;
  member: Member;
  close(): void;
  onDone(): void;
}) {
  const reset = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/members/{userId}/two-factor', {
          params: { path: { instanceId, userId: member.id } },
        }),
      ),
    onSuccess: () => {
      notifications.show({ message: words.people.resetTwoFactorDone(member.name) });
      onDone();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={<b>{words.people.resetTwoFactorTitle(member.name)}</b>}
      closeButtonProps={{ 'aria-label': words.close }}
      centered
    >
      <Stack gap="md">
        <Text>{words.people.resetTwoFactorText}</Text>
        <ProblemAlert problem={reset.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {words.people.keep}
          </Button>
          <Button color="red" loading={reset.isPending} onClick={() => reset.mutate()}>
            {words.people.resetTwoFactor}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
