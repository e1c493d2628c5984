import { Button, Text, Title } from '@mantine/core';
import type { PendingInvitation } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import styles from './people.module.css';

export type SentInvitation = {
  invitation: PendingInvitation;
  link: { url: string; sentFrom: string | null };
};

/** The link of an invitation, shown once, for the admin to pass on. */
export function InvitationLink({ sent, close }: { sent: SentInvitation; close(): void }) {
  const title = t('people.invite.handOver', { email: sent.invitation.email });
  return (
    <section className={styles.form} aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Text mb="md">{t('people.invite.handOverText')}</Text>
      <CopyField value={sent.link.url} />
      <Button mt="md" variant="default" onClick={close}>
        {t('common.close')}
      </Button>
    </section>
  );
}
