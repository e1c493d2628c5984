import { Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { pause } from '../../api/queries/pause.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Says what it means to end the pause of a restored copy, and ends it. */
export function ResumeDialog({ instanceId, onClose }: { instanceId: string; onClose(): void }) {
  const queryClient = useQueryClient();
  const resume = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(api.DELETE('/api/instances/{instanceId}/pause', { params: { path: { instanceId } } })),
    onSuccess: () => {
      onClose();
      return queryClient.invalidateQueries({ queryKey: pause(instanceId).queryKey });
    },
  });
  return (
    <ConfirmDialog
      title={t('pause.title')}
      keepLabel={t('common.cancel')}
      confirmLabel={t('pause.confirm')}
      pending={resume.isPending}
      problem={resume.error}
      onClose={onClose}
      onConfirm={() => resume.mutate()}
    >
      <Stack gap="sm">
        <Text size="sm">{t('pause.text')}</Text>
        <Text size="sm">{t('pause.then')}</Text>
      </Stack>
    </ConfirmDialog>
  );
}
