import { Group, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { leaveConversation, presence } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { formatList } from '../../../ui/format.ts';

/** The colleagues viewing the conversation; reports this user, too, while the page is visible. */
export function PresenceIndicator({
  instanceId,
  conversationId,
}: {
  instanceId: string;
  conversationId: string;
}) {
  const { data, refetch } = useQuery(presence(instanceId, conversationId));
  useEffect(() => {
    const leave = (atOnce: boolean) => leaveConversation(instanceId, conversationId, { atOnce });
    const onVisibilityChange = () => (document.visibilityState === 'visible' ? void refetch() : leave(true));
    const onPageHide = () => leave(true);
    document.addEventListener('visibilitychange', onVisibilityChange);
    window.addEventListener('pagehide', onPageHide);
    return () => {
      document.removeEventListener('visibilitychange', onVisibilityChange);
      window.removeEventListener('pagehide', onPageHide);
      leave(false);
    };
  }, [instanceId, conversationId, refetch]);
  const names = data?.people.map(({ name }) => name) ?? [];
  if (names.length === 0) return null;
  return (
    <Group gap={4} wrap="nowrap" role="status" c="var(--accent)">
      <IconEye size={14} aria-hidden />
      <Text size="xs">
        {names.length === 1
          ? t('presence.one', { name: names[0]! })
          : t('presence.more', { names: formatList(names) })}
      </Text>
    </Group>
  );
}
