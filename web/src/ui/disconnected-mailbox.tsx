import { Anchor } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { me } from '../api/queries/account.ts';
import { viewCounts } from '../api/queries/conversation-lists.ts';
import { t } from '../locales/messages.ts';
import styles from './mailbox-bar.module.css';

/** Whether the user is an admin of the instance in the path, and its slug. */
function useAdmin(): { admin: boolean; slug: string } {
  const { slug = '' } = useParams({ strict: false }) as { slug?: string };
  const { data } = useQuery(me);
  return { admin: data?.instances.find((one) => one.slug === slug)?.role === 'admin', slug };
}

/** What to do about a disconnected mailbox (C12): a link to reconnect it for admins, a text for agents. */
export function ReconnectLink({ mailboxId, address }: { mailboxId: string; address: string }) {
  const { admin, slug } = useAdmin();
  if (!admin) return <span>{t('disconnected.askAdmin')}</span>;
  return (
    <Anchor
      inherit
      fw={600}
      c="inherit"
      underline="always"
      // Links close above and below are not met for it.
      display="inline-block"
      py={3}
      aria-label={t('disconnected.reconnect', { address })}
      renderRoot={(props) => (
        <Link
          {...props}
          to="/$slug/apps/email/connect"
          params={{ slug }}
          search={{ mailbox: mailboxId } as never}
        />
      )}
    >
      {t('email.reconnect')}
    </Anchor>
  );
}

/** The mailboxes of the instance that are disconnected now. */
export function useDisconnected(instanceId: string) {
  const { data } = useQuery(viewCounts(instanceId));
  return data?.mailboxes.filter(({ state }) => state === 'disconnected') ?? [];
}

/** The reconnect link of a mailbox while it is disconnected. */
export function ReconnectLinkForAddress({ instanceId, address }: { instanceId: string; address: string }) {
  const disconnected = useDisconnected(instanceId).find((mailbox) => mailbox.address === address);
  return disconnected ? <ReconnectLink mailboxId={disconnected.mailboxId} address={address} /> : null;
}

/** The banner in a conversation whose mailbox is disconnected. */
export function ConversationDisconnectedBanner({
  instanceId,
  mailboxId,
}: {
  instanceId: string;
  mailboxId: string;
}) {
  const disconnected = useDisconnected(instanceId).find((mailbox) => mailbox.mailboxId === mailboxId);
  if (!disconnected) return null;
  return (
    <div className={styles.bar} role="status">
      <IconAlertTriangleFilled size={14} aria-hidden />
      <span>
        {t('disconnected.one', { address: disconnected.address })} {t('disconnected.why')}
      </span>
      <ReconnectLink mailboxId={mailboxId} address={disconnected.address} />
    </div>
  );
}
