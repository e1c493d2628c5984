import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { pause } from '../../api/queries/pause.ts';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';

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
    <Dialog onClose={onClose} title={t('pause.title')}>
      <Stack gap="sm">
        <Text size="sm">{t('pause.text')}</Text>
        <Text size="sm">{t('pause.then')}</Text>
        {resume.error && (
          <Text c="var(--error)" role="alert">
            <b>{resume.error.message}</b> {resume.error.detail}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={resume.isPending} onClick={() => resume.mutate()}>
            {t('pause.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
