import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type ListPage, unwrapResponse } from '../../../api/client.ts';
import { updateListsOptimistically } from '../../../api/list-pages.ts';

/** A conversation that is open and in sight is read, also when more arrives. */
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
      const done = await unwrapResponse(
        api.POST('/api/instances/{instanceId}/conversations/{conversationId}/read', {
          params: { path: { instanceId, conversationId } },
        }),
      ).then(
        () => true,
        () => false,
      );
      isRequesting = false;
      if (!done) return;
      updateListsOptimistically(client, { instanceId, userId: '' }, new Set([conversationId]), (row) =>
        row.unread ? { ...row, unread: false } : row,
      );
    };
    void markRead();
    document.addEventListener('visibilitychange', markRead);
    // What arrives while one looks at it is read as well: its row says so.
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
