import { Button, Group, Select, Stack, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { words } from '../../words/words.ts';
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
      const message = words.people.invite.sent(invitation.email, link.sentFrom);
      notifications.show({ color: 'green', message });
      close();
    },
  });
  const { roles, rolesHelp, invite: says } = words.people;
  if (invite.data && !invite.data.link.sentFrom) {
    return <InvitationLink sent={invite.data} close={close} />;
  }
  return (
    <section className={styles.form} aria-label={says.title}>
      <Title order={2} mb="md">
        {says.title}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Stack gap="md" maw={480}>
          <TextInput
            label={says.email}
            type="email"
            autoComplete="off"
            autoFocus
            required
            withAsterisk={false}
            value={email}
            onChange={({ currentTarget: { value } }) => setEmail(value)}
          />
          <Select
            label={says.role}
            description={rolesHelp}
            allowDeselect={false}
            data={(['agent', 'admin'] as const).map((value) => ({ value, label: roles[value] }))}
            value={role}
            onChange={(value) => setRole(value as Member['role'])}
          />
          <ProblemAlert problem={invite.error} />
          <Group>
            <Button type="submit" loading={invite.isPending}>
              {says.send}
            </Button>
            <Button variant="subtle" color="gray" onClick={close}>
              {words.cancel}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
