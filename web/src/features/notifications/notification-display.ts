import type { Notification as Notice } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';

/** The title of a notification. */
export function notificationTitle({ kind, mailbox, conversation, by, webhook }: Notice): string {
  const address = mailbox?.address ?? '';
  if (kind === 'mention') {
    return t('mentions.notification', {
      by: by ?? t('mentions.somebody'),
      subject: conversation?.subject || t('list.noSubject'),
    });
  }
  if (kind === 'message.assigned' || kind === 'message.unassigned') {
    return t(
      kind === 'message.assigned' ? 'notificationSettings.wroteToYou' : 'notificationSettings.wroteAnew',
      {
        by: by ?? t('notificationSettings.somebody'),
        subject: conversation?.subject || t('list.noSubject'),
      },
    );
  }
  if (kind === 'webhook.disabled') {
    return t('notifications.webhookDisabled', { host: webhook ? new URL(webhook.url).host : '' });
  }
  if (kind === 'mailbox.trouble') return t('notifications.trouble', { address });
  return kind === 'mailbox.disconnected'
    ? t('notifications.disconnected', { address })
    : t('notifications.connected', { address });
}

/** The page where the user can act on a notification. */
export function notificationLink({ kind, mailbox, conversation, webhook }: Notice, slug: string) {
  if (webhook) {
    const params = { slug, webhookId: webhook.id };
    return { to: '/$slug/settings/webhooks/$webhookId', params } as const;
  }
  if ((kind === 'mailbox.disconnected' || kind === 'mailbox.trouble') && mailbox) {
    return { to: '/$slug/apps/email/$mailboxId', params: { slug, mailboxId: mailbox.id } } as const;
  }
  return conversation
    ? ({
        to: '/$slug/inbox/$view/$conversationId',
        params: { slug, view: 'open', conversationId: conversation.id },
      } as const)
    : ({ to: '/$slug/apps/email', params: { slug } } as const);
}
