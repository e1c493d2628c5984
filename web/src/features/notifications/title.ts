import type { Notification as Notice } from '../../api/client.ts';
import { words } from '../../words/words.ts';

/** What a notification says first. */
export function titleOf({ kind, mailbox }: Notice): string {
  return kind === 'mailbox.disconnected'
    ? words.notifications.disconnected(mailbox.address)
    : words.notifications.connected(mailbox.address);
}
