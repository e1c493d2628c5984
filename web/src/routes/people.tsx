import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hasFailed } from '../api/has-failed.ts';
import { members, pendingInvitations } from '../api/queries/people.ts';
import { InvitationList } from '../features/people/invitation-list.tsx';
import { InviteForm } from '../features/people/invite-form.tsx';
import { MemberList } from '../features/people/member-list.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > People, for admins. */
export default function PeoplePage() {
  const { me, instance } = useAppContext();
  const [inviting, setInviting] = useState(false);
  const query = useQuery({ ...members(instance.id), enabled: instance.role === 'admin' });
  const invitations = useQuery({ ...pendingInvitations(instance.id), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  const invite = !inviting && (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
      {t('people.invite.open')}
    </Button>
  );
  return (
    <SettingsSubpage title={t('people.title')} actions={invite}>
      {inviting && <InviteForm instanceId={instance.id} close={() => setInviting(false)} />}
      {query.isPending || invitations.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : hasFailed(invitations) ? (
        <ErrorState error={invitations.error} retry={() => void invitations.refetch()} />
      ) : (
        <>
          <InvitationList instanceId={instance.id} invitations={invitations.data.invitations} />
          <MemberList instanceId={instance.id} userId={me.user.id} members={query.data.members} />
        </>
      )}
    </SettingsSubpage>
  );
}
