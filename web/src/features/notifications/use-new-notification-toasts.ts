import { notifications as toasts } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Notification as Notice } from '../../api/client.ts';
import { isPushWanted } from '../../api/push-browser.ts';
import { textOf } from '../../locales/problem.ts';
import { notificationLink, notificationTitle } from './notification-display.ts';

/**
 * Shows a toast for each notification that arrives while the page is open, and a browser notification, if
 * permitted, while it is hidden. Notifications that existed before only count as unread.
 */
export function useNewNotificationToasts(
  notices: Notice[] | undefined,
  { id: instanceId, slug }: { id: string; slug: string },
): void {
  const seenIds = useRef<Set<string> | null>(null);
  const navigate = useNavigate();
  useEffect(() => {
    if (!notices) return;
    const before = seenIds.current;
    seenIds.current = new Set([...(before ?? []), ...notices.map(({ id }) => id)]);
    if (!before) return;
    for (const notice of notices.filter(({ id, read }) => !read && !before.has(id)).reverse()) {
      const isError = notice.kind === 'mailbox.disconnected';
      const title = notificationTitle(notice);
      const message = notice.problem ? Object.values(textOf(notice.problem)).join(' ') : undefined;
      const open = () => void navigate(notificationLink(notice, slug));
      toasts.show({
        id: notice.id,
        color: isError
          ? 'red'
          : notice.kind === 'mailbox.trouble' || notice.kind === 'webhook.disabled'
            ? 'yellow'
            : notice.kind === 'mailbox.connected'
              ? 'green'
              : 'teal',
        title,
        message,
        autoClose: isError || document.hidden ? false : 6_000,
        onClick: open,
        style: { cursor: 'pointer' },
      });
      // Where it is pushed, the browser shows it already.
      if (document.hidden && !isPushWanted(instanceId))
        showBrowserNotification(notice.id, { title, message, open });
    }
  }, [notices, navigate, slug, instanceId]);
}

function showBrowserNotification(
  tag: string,
  { title, message, open }: { title: string; message: string | undefined; open(): void },
): void {
  if (!('Notification' in window) || window.Notification.permission !== 'granted') return;
  try {
    // All tabs use the same tag, so that the browser shows one notification.
    const browserNotification = new window.Notification(title, { body: message, tag });
    browserNotification.onclick = () => {
      window.focus();
      open();
    };
  } catch {
    // Browsers of Android show only what a service worker shows.
  }
}
