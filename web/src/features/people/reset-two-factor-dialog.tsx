import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { Dialog } from '../../ui/dialog.tsx';

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
      notifications.show({ message: t('people.resetTwoFactorDone', { name: member.name }) });
      onDone();
    },
  });
  return (
    <Dialog onClose={close} title={t('people.resetTwoFactorTitle', { name: member.name })}>
      <Stack gap="md">
        <Text>{t('people.resetTwoFactorText')}</Text>
        <ProblemAlert problem={reset.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('people.keep')}
          </Button>
          <Button color="red" loading={reset.isPending} onClick={() => reset.mutate()}>
            {t('people.resetTwoFactor')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
