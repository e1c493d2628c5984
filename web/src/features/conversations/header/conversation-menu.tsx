import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowMerge, IconDots, IconMailOff, IconPrinter, IconUserShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import type { Conversation } from '../../../api/client.ts';
import { conversation as conversationPage } from '../../../api/queries/conversation.ts';
import { lazyPart } from '../../../locales/lazy.ts';
import { t } from '../../../locales/messages.ts';
import { useUpdateConversation } from '../actions/use-update-conversation.ts';

const MergeConversationDialog = lazyPart(() => import('./merge-conversation-dialog.tsx'));
const MoveConversationDialog = lazyPart(() => import('../actions/move-conversation-dialog.tsx'));

/** The less frequent actions on a conversation. */
export function ConversationMenu({
  instanceId,
  conversation,
  print,
}: {
  instanceId: string;
  conversation: Conversation;
  print(): void;
}) {
  const [opened, setOpened] = useState<'merge' | 'move' | null>(null);
  const page = useQuery(conversationPage(instanceId, conversation.id));
  const change = useUpdateConversation(instanceId, conversation.id);
  const moveToSpam = () =>
    change.mutate(
      { status: 'done', spam: true },
      { onSuccess: () => notifications.show({ message: t('merging.spamDone') }) },
    );
  const dialog = { instanceId, conversation, onClose: () => setOpened(null) };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('merging.menu')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => setOpened('merge')}>
            {t('merging.merge')}
          </Menu.Item>
          <Menu.Item leftSection={<IconUserShare size={16} />} onClick={() => setOpened('move')}>
            {t('merging.move')}
          </Menu.Item>
          <Menu.Item leftSection={<IconPrinter size={16} />} onClick={print}>
            {t('conversation.print')}
          </Menu.Item>
          {page.data?.spamInGmail && (
            <Menu.Item leftSection={<IconMailOff size={16} />} onClick={moveToSpam}>
              {t('merging.spam')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {opened === 'merge' && <MergeConversationDialog {...dialog} />}
        {opened === 'move' && <MoveConversationDialog {...dialog} />}
      </Suspense>
    </>
  );
}
