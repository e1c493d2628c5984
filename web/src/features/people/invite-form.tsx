import { Button, Group, Select, Stack, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import type { SentInvitation } from './invitation-link.tsx';
import { InvitationLink } from './invitation-link.tsx';
import styles from './people.module.css';

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
    <section className={styles.form} aria-label={t('people.invite.title')}>
      <Title order={2} mb="md">
        {t('people.invite.title')}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Stack gap="md" maw={480}>
          <TextInput
            label={t('people.invite.email')}
            type="email"
            autoComplete="off"
            autoFocus
            required
            withAsterisk={false}
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
          <ProblemAlert problem={invite.error} />
          <Group>
            <Button type="submit" loading={invite.isPending}>
              {t('people.invite.send')}
            </Button>
            <Button variant="subtle" color="gray" onClick={close}>
              {t('common.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
