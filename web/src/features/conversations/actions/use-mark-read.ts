import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type ListPage, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';
import { updateRows } from '../../../api/update-rows.ts';

/** Marks a conversation as read while it is open and visible, also when a message arrives. */
export function useMarkRead(instanceId: string, conversationId: string | undefined) {
  const client = useQueryClient();
  useEffect(() => {
    if (!conversationId) return;
    let isRequesting = false;
    const isUnread = () =>
      client
        .getQueriesData<{ pages: ListPage[] }>({ queryKey: [instanceId, 'conversation-list'] })
        .some(([, data]) =>
          data?.pages.some((page) =>
            page.conversations.some((row) => row.id === conversationId && row.unread),
          ),
        );
    const markRead = async () => {
      if (document.visibilityState !== 'visible' || isRequesting) return;
      isRequesting = true;
      const done = await afterEarlierChanges([conversationId], () =>
        unwrapResponse(
          api.POST('/api/instances/{instanceId}/conversations/{conversationId}/read', {
            params: { path: { instanceId, conversationId } },
          }),
        ),
      ).then(
        () => true,
        () => false,
      );
      isRequesting = false;
      if (!done) return;
      updateRows(client, instanceId, new Set([conversationId]), (row) =>
        row.unread ? { ...row, unread: false } : row,
      );
    };
    void markRead();
    document.addEventListener('visibilitychange', markRead);
    // A message that arrives meanwhile makes the row unread again: mark it again.
    const unsubscribe = client.getQueryCache().subscribe(({ type, query }) => {
      const isList = query.queryKey[0] === instanceId && query.queryKey[1] === 'conversation-list';
      if (type === 'updated' && isList && !isRequesting && isUnread()) void markRead();
    });
    return () => {
      unsubscribe();
      document.removeEventListener('visibilitychange', markRead);
    };
  }, [client, instanceId, conversationId]);
}
