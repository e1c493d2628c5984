import { Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { notifications as toasts } from '@mantine/notifications';
import { IconBell } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrapResponse } from '../../api/client.ts';
import { renewPush } from '../../api/push-browser.ts';
import { notifications as notificationsQuery } from '../../api/queries/account.ts';
import { showSaved } from '../../api/show-saved.ts';
import { t } from '../../locales/messages.ts';
import { useNarrow } from '../../ui/use-narrow.ts';
import styles from './notification-bell.module.css';
import { NotificationList } from './notification-list.tsx';
import { useNewNotificationToasts } from './use-new-notification-toasts.ts';

/** The notification button of the sidebar: the number of unread notifications, and the list. */
export default function NotificationBell({ instance }: { instance: { id: string; slug: string } }) {
  const client = useQueryClient();
  const query = notificationsQuery(instance.id);
  const { data } = useQuery(query);
  const [opened, setOpened] = useState(false);
  // Opening marks all as read; new ones stay highlighted while the list is open.
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const read = useMutation({
    mutationFn: (until: string) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/notifications/read', {
          params: { path: { instanceId: instance.id } },
          body: { through: until },
        }),
      ),
    onSuccess: (page) => showSaved(client, query.queryKey, page),
  });
  const isNarrow = useNarrow();
  useNewNotificationToasts(data?.notifications, instance);
  useEffect(() => {
    void renewPush(instance.id).catch(() => {}); // No network, or no push service: at the next start.
  }, [instance.id]);
  const unread = data?.unread ?? 0;
  const toggle = () => {
    setOpened(!opened);
    if (opened || !data) return;
    for (const { id } of data.notifications) toasts.hide(id);
    setNewIds(new Set(data.notifications.filter((one) => !one.read).map(({ id }) => id)));
    const newest = data.notifications[0];
    if (newest && unread > 0) read.mutate(newest.createdAt);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={Math.min(380, window.innerWidth - 24)}
      position={isNarrow ? 'top' : 'right-end'}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={t('notifications.title')} position="right" disabled={opened || isNarrow}>
          <UnstyledButton
            className={styles.bell}
            onClick={toggle}
            aria-label={t('notifications.bell', { unread })}
          >
            <IconBell size={20} aria-hidden />
            {unread > 0 && (
              // Not text of the button, which begins with its visible name (WCAG 2.5.3).
              <span className={styles.count} data-count={unread > 9 ? '9+' : unread} aria-hidden />
            )}
            {isNarrow && (
              <span className={styles.name} aria-hidden>
                {t('notifications.title')}
              </span>
            )}
          </UnstyledButton>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} className={styles.dropdown} aria-label={t('notifications.title')}>
        <NotificationList
          instanceId={instance.id}
          slug={instance.slug}
          notifications={data?.notifications ?? []}
          newIds={newIds}
          close={() => setOpened(false)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
