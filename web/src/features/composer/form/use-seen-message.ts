import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { me } from '../../../api/queries/account.ts';
import { conversation } from '../../../api/queries/conversation.ts';

/**
 * The newest message of others that was shown when writing began: its author may have overlooked what came since.
 * Returns a function that returns its id, or null where there is none.
 */
export function useSeenMessage(
  instanceId: string,
  conversationId: string | null,
  isBlank: boolean,
): () => string | null {
  const client = useQueryClient();
  const seenId = useRef<string>(undefined);
  useEffect(() => {
    if (isBlank) seenId.current = undefined;
    else seenId.current ??= newestOfOthers();
    function newestOfOthers(): string | undefined {
      if (conversationId === null) return;
      const page = client.getQueryData(conversation(instanceId, conversationId).queryKey);
      const userId = client.getQueryData(me.queryKey)?.user.id;
      return page?.messages.findLast(({ direction, author }) => direction !== 'note' && author?.id !== userId)
        ?.id;
    }
  }, [client, instanceId, conversationId, isBlank]);
  return () => seenId.current ?? null;
}
