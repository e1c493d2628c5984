import type { PendingInvitation } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ShownOnce } from '../../ui/settings-form.tsx';

export type SentInvitation = {
  invitation: PendingInvitation;
  link: { url: string; sentFrom: string | null };
};

/** The link of an invitation, shown once, for the admin to pass on. */
export function InvitationLink({ sent, close }: { sent: SentInvitation; close(): void }) {
  const title = t('people.invite.handOver', { email: sent.invitation.email });
  return (
    <ShownOnce title={title} text={t('people.invite.handOverText')} value={sent.link.url} close={close} />
  );
}
