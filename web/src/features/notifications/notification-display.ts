import type { Notification as Notice } from '../../api/client.ts';
import { words } from '../../words/words.ts';

/** The title of a notification. */
export function notificationTitle({ kind, mailbox, conversation, by }: Notice): string {
  const address = mailbox?.address ?? '';
  if (kind === 'mention') {
    return words.mentions.notification(
      by ?? words.mentions.somebody,
      conversation?.subject || words.list.noSubject,
    );
  }
  if (kind === 'message.assigned' || kind === 'message.unassigned') {
    const { wroteToYou, wroteAnew, somebody } = words.notices;
    const format = kind === 'message.assigned' ? wroteToYou : wroteAnew;
    return format(by ?? somebody, conversation?.subject || words.list.noSubject);
  }
  return kind === 'mailbox.disconnected'
    ? words.notifications.disconnected(address)
    : words.notifications.connected(address);
}

/** The page where the user can act on a notification. */
export function notificationLink({ kind, mailbox, conversation }: Notice, slug: string) {
  if (kind === 'mailbox.disconnected' && mailbox) {
    return { to: '/$slug/apps/email/$mailboxId', params: { slug, mailboxId: mailbox.id } } as const;
  }
  return conversation
    ? ({
        to: '/$slug/inbox/$view/$conversationId',
        params: { slug, view: 'open', conversationId: conversation.id },
      } as const)
    : ({ to: '/$slug/apps/email', params: { slug } } as const);
}
