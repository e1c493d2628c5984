import { Button, Group, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type PendingInvitation, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import styles from '../../ui/settings-list.module.css';
import { InvitationLink, type SentInvitation } from './invitation-link.tsx';

/** The invitations that are not accepted yet. */
export function InvitationList({
  instanceId,
  invitations,
}: {
  instanceId: string;
  invitations: PendingInvitation[];
}) {
  const client = useQueryClient();
  const [shownInvitation, setShownInvitation] = useState<SentInvitation | null>(null);
  const invitationParams = ({ id }: PendingInvitation) => ({
    params: { path: { instanceId, invitationId: id } },
  });
  const refresh = () => client.invalidateQueries({ queryKey: [instanceId, 'members'] });
  const resend = useMutation<SentInvitation, ProblemError, PendingInvitation>({
    mutationFn: (invitation) =>
      unwrapResponse(
        api.POST(
          '/api/instances/{instanceId}/invitations/{invitationId}/resend',
          invitationParams(invitation),
        ),
      ),
    onSuccess: (sent) => {
      void refresh();
      const { invitation, link } = sent;
      if (link.sentFrom)
        notifications.show({
          color: 'green',
          message: t('people.invite.sent', { email: invitation.email, from: link.sentFrom }),
        });
      else setShownInvitation(sent);
    },
  });
  const revoke = useMutation<unknown, ProblemError, PendingInvitation>({
    mutationFn: (invitation) =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/invitations/{invitationId}', invitationParams(invitation)),
      ),
    onSuccess: (_, { email }) => {
      void refresh();
      notifications.show({ message: t('people.revoked', { email }) });
    },
  });
  if (shownInvitation)
    return <InvitationLink sent={shownInvitation} close={() => setShownInvitation(null)} />;
  if (invitations.length === 0) return null;
  return (
    <section aria-label={t('people.invited')}>
      <Title order={2} mb="xs">
        {t('people.invited')}
      </Title>
      <ProblemAlert problem={resend.error ?? revoke.error} />
      <ul className={styles.list}>
        {invitations.map((invitation) => (
          <li className={styles.row} key={invitation.id}>
            <div className={styles.identity}>
              <Text>{invitation.email}</Text>
              <Text size="sm" c="var(--text-muted)">
                {t(`people.roles.${invitation.role}`)}
              </Text>
            </div>
            <Text size="sm" c="var(--text-muted)" className={styles.details}>
              <InvitationStatus invitation={invitation} />
            </Text>
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => resend.mutate(invitation)}>
                {t('people.resend')}
              </Button>
              <Button size="xs" variant="subtle" color="gray" onClick={() => revoke.mutate(invitation)}>
                {t('people.revoke')}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}

function InvitationStatus({ invitation }: { invitation: PendingInvitation }) {
  const now = new Date();
  const until = new Date(invitation.expiresAt);
  const deliveryText = invitation.sentFrom
    ? t('people.sentFrom', { address: invitation.sentFrom })
    : t('people.byLink');
  return until <= now ? (
    <span style={{ color: 'var(--warning)' }}>{t('people.expired')}</span>
  ) : (
    <>
      {deliveryText} · {t('people.until', { when: formatClockTime(until, now) })}
    </>
  );
}
