import { Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import { SettingsForm } from '../../ui/settings-form.tsx';
import type { SentInvitation } from './invitation-link.tsx';
import { InvitationLink } from './invitation-link.tsx';

/** Invites a person by mail; where no mailbox can send it, the link is shown for the admin to pass on. */
export function InviteForm({ instanceId, close }: { instanceId: string; close(): void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Member['role']>('agent');
  const invite = useMutation<SentInvitation, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/invitations', {
          params: { path: { instanceId } },
          body: { email: email.trim(), role },
        }),
      ),
    onSuccess: ({ invitation, link }) => {
      void client.invalidateQueries({ queryKey: [instanceId, 'members'] });
      if (!link.sentFrom) return;
      const message = t('people.invite.sent', { email: invitation.email, from: link.sentFrom });
      notifications.show({ color: 'green', message });
      close();
    },
  });
  if (invite.data && !invite.data.link.sentFrom) {
    return <InvitationLink sent={invite.data} close={close} />;
  }
  return (
    <SettingsForm
      title={t('people.invite.title')}
      submitLabel={t('people.invite.send')}
      add={invite}
      close={close}
    >
      <RequiredTextInput
        label={t('people.invite.email')}
        type="email"
        autoComplete="off"
        autoFocus
        value={email}
        onChange={({ currentTarget: { value } }) => setEmail(value)}
      />
      <Select
        label={t('people.invite.role')}
        description={t('people.rolesHelp')}
        allowDeselect={false}
        data={(['agent', 'admin'] as const).map((value) => ({
          value,
          label: t(`people.roles.${value}`),
        }))}
        value={role}
        onChange={(value) => setRole(value as Member['role'])}
      />
    </SettingsForm>
  );
}
