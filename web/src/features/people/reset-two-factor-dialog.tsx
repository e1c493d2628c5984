import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

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
    <ConfirmDialog
      title={t('people.resetTwoFactorTitle', { name: member.name })}
      keepLabel={t('common.keep')}
      confirmLabel={t('people.resetTwoFactor')}
      pending={reset.isPending}
      problem={reset.error}
      onClose={close}
      onConfirm={() => reset.mutate()}
    >
      <Text>{t('people.resetTwoFactorText')}</Text>
    </ConfirmDialog>
  );
}
