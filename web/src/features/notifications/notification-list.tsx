import { Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconAt, IconCircleCheck, IconMail } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Notification as Notice } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { ReconnectLink, useDisconnected } from '../../ui/disconnected-mailbox.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { notificationLink, notificationTitle } from './notification-display.ts';
import styles from './notification-list.module.css';

const icons = {
  'mailbox.disconnected': IconAlertTriangle,
  'mailbox.connected': IconCircleCheck,
  'mailbox.trouble': IconAlertTriangle,
  mention: IconAt,
  'message.assigned': IconMail,
  'message.unassigned': IconMail,
  'webhook.disabled': IconAlertTriangle,
};

/** The newest notifications, each with a link to the page where the user can act on it. */
export function NotificationList({
  instanceId,
  slug,
  notifications,
  newIds,
  close,
}: {
  instanceId: string;
  slug: string;
  notifications: Notice[];
  newIds: ReadonlySet<string>;
  close(): void;
}) {
  const disconnectedIds = new Set(useDisconnected(instanceId).map(({ mailboxId }) => mailboxId));
  return (
    <section aria-label={t('notifications.title')}>
      <Text fw={600} size="sm" className={styles.title}>
        {t('notifications.title')}
      </Text>
      {notifications.length === 0 && (
        <Text size="sm" c="var(--text-muted)" className={styles.empty}>
          {t('notifications.none')}
        </Text>
      )}
      <ul className={styles.list}>
        {notifications.map((notice) => {
          const isError = notice.kind === 'mailbox.disconnected';
          const Icon = icons[notice.kind];
          return (
            <li key={notice.id}>
              <Link
                {...notificationLink(notice, slug)}
                className={newIds.has(notice.id) ? `${styles.notice} ${styles.new}` : styles.notice}
                onClick={close}
              >
                <Icon size={18} aria-hidden color={isError ? 'var(--error)' : 'var(--text-muted)'} />
                <span className={styles.body}>
                  <Text span size="sm" fw={600}>
                    {notificationTitle(notice)}
                  </Text>
                  {notice.problem && (
                    <Text span size="xs">
                      {Object.values(textOf(notice.problem)).join(' ')}
                    </Text>
                  )}
                  <Text span size="xs" c="var(--text-muted)">
                    <RelativeTime at={notice.createdAt} />
                  </Text>
                </span>
              </Link>
              {isError && notice.mailbox && disconnectedIds.has(notice.mailbox.id) && (
                <Text size="xs" c="var(--error)" className={styles.reconnect} component="div">
                  <ReconnectLink mailboxId={notice.mailbox.id} address={notice.mailbox.address} />
                </Text>
              )}
            </li>
          );
        })}
      </ul>
      <BrowserNotificationPrompt />
    </section>
  );
}

/** Offers browser notifications, where they are supported and neither allowed nor denied yet. */
function BrowserNotificationPrompt() {
  const [permission, setPermission] = useState(
    'Notification' in window ? window.Notification.permission : 'denied',
  );
  if (permission !== 'default') return null;
  const requestPermission = () => void window.Notification.requestPermission().then(setPermission);
  return (
    <div className={styles.browserPrompt}>
      <Text size="xs" c="var(--text-muted)">
        {t('notifications.outside')}
      </Text>
      <Button size="compact-xs" variant="default" onClick={requestPermission}>
        {t('notifications.turnOn')}
      </Button>
    </div>
  );
}
