import type { Conversation } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { announce } from '../../../ui/announce.tsx';
import { formatShortTime } from '../../../ui/format-short-time.ts';
import type { ConversationUpdate } from './conversation-update.ts';

/** Says what a change made of a conversation. */
export function announceUpdate(
  change: ConversationUpdate,
  { status, assignee, tags, snoozedUntil }: Conversation,
): void {
  if (change.status === 'done') announce(t('announce.done'));
  else if (change.status === 'open') announce(t('announce.open'));
  else if (status === 'snoozed' && change.status === 'snoozed' && snoozedUntil)
    announce(t('announce.snoozed', { when: formatShortTime(new Date(snoozedUntil), new Date()) }));
  else if (change.assigneeId !== undefined)
    announce(assignee ? t('announce.assigned', { name: assignee.name }) : t('announce.unassigned'));
  else if (change.addTags || change.removeTags)
    announce(
      tags.length > 0
        ? t('announce.tags', { names: tags.map(({ name }) => name).join(', ') })
        : t('announce.noTags'),
    );
}
