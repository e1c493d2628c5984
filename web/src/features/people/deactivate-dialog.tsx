import { Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { choices } from '../../ui/filter-options.ts';

const nobody = '';

/** Asks before a member is deactivated, and who takes over their open conversations. */
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
      notifications.show({ message: t('people.deactivated', { name: member.name }) });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      title={t('people.deactivateTitle', { name: member.name })}
      keepLabel={t('common.keep')}
      confirmLabel={t('people.deactivate')}
      pending={deactivate.isPending}
      problem={deactivate.error}
      onClose={close}
      onConfirm={() => deactivate.mutate()}
    >
      <Text>{t('people.deactivateText')}</Text>
      {member.openConversations > 0 && (
        <>
          <Text mt="md">{t('people.open', { count: member.openConversations })}</Text>
          <Select
            mt="xs"
            label={t('people.handTo')}
            allowDeselect={false}
            {...choices([
              { value: nobody, label: t('people.nobody') },
              ...others.map(({ id, name }) => ({ value: id, label: name })),
            ])}
            value={reassignTo}
            onChange={(value) => setReassignTo(value ?? nobody)}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
