import { Group, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { presence, sendPresence } from '../../../api/queries.ts';
import { listed } from '../../../ui/format.ts';
import { words } from '../../../words/words.ts';

/** Which colleagues look at the conversation now; tells them that one does too, while the page is in sight. */
export function Presence({ instanceId, conversationId }: { instanceId: string; conversationId: string }) {
  const { data, refetch } = useQuery(presence(instanceId, conversationId));
  useEffect(() => {
    const leave = () => void sendPresence(instanceId, conversationId, false).catch(() => {});
    const turn = () => (document.visibilityState === 'visible' ? void refetch() : leave());
    document.addEventListener('visibilitychange', turn);
    window.addEventListener('pagehide', leave);
    return () => {
      document.removeEventListener('visibilitychange', turn);
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [instanceId, conversationId, refetch]);
  const names = data?.people.map(({ name }) => name) ?? [];
  if (names.length === 0) return null;
  return (
    <Group gap={4} wrap="nowrap" role="status" c="var(--accent)">
      <IconEye size={14} aria-hidden />
      <Text size="xs">
        {names.length === 1 ? words.presence.one(names[0]!) : words.presence.more(listed(names))}
      </Text>
    </Group>
  );
}
