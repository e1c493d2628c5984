import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { t } from '../../locales/messages.ts';
import { ReconnectLink, useDisconnected } from '../../ui/disconnected-mailbox.tsx';
import styles from './disconnected-banner.module.css';

/** The banner on every page of an admin while a mailbox is disconnected (C11), with a link to reconnect it. */
export function DisconnectedBanner({ instanceId, slug }: { instanceId: string; slug: string }) {
  const disconnected = useDisconnected(instanceId);
  const [first, second] = disconnected;
  if (!first) return null;
  return (
    <div className={styles.banner} role="status">
      <IconAlertTriangleFilled size={14} aria-hidden />
      <span>
        {second
          ? t('disconnected.many', { count: disconnected.length })
          : t('disconnected.one', { address: first.address })}
      </span>
      {second ? (
        <Link
          to="/$slug/apps/email"
          params={{ slug }}
          search={{ attention: true } as never}
          className={styles.link}
        >
          {t('disconnected.show')}
        </Link>
      ) : (
        <ReconnectLink mailboxId={first.mailboxId} address={first.address} />
      )}
    </div>
  );
}
