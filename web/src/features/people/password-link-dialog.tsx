import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

/** Creates a password reset link for a member, for the admin to pass on. */
export function PasswordLinkDialog({
  instanceId,
  member,
  close,
}: {
  instanceId: string;
  member: Member;
  close(): void;
}) {
  const createLink = useMutation<{ url: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/members/{userId}/password-link', {
          params: { path: { instanceId, userId: member.id } },
        }),
      ),
  });
  return (
    <Dialog onClose={close} title={t('people.passwordLinkTitle', { name: member.name })} size="lg">
      <Stack gap="md">
        <Text>{t('people.passwordLinkText')}</Text>
        <ProblemAlert problem={createLink.error} />
        {createLink.data ? (
          <CopyField value={createLink.data.url} />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button loading={createLink.isPending} onClick={() => createLink.mutate()} data-autofocus>
              {t('people.passwordLink')}
            </Button>
          </Group>
        )}
      </Stack>
    </Dialog>
  );
}
