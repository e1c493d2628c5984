import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { loadedRow } from '../../../api/list-pages.ts';
import { type ListRoute, listLink } from './list-route.ts';
import { useBulkActions } from './use-bulk-actions.ts';

/** Marks the open conversation as unread, which closes it: what is open is read. */
export function useMarkUnread(
  instanceId: string,
  userId: string,
  { listRoute, conversationId }: { listRoute: ListRoute; conversationId: string },
): () => void {
  const { change } = useBulkActions(instanceId, userId);
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    const row = loadedRow(client, instanceId, conversationId);
    void navigate(listLink(listRoute)).then(() => row && change(new Map([[row.id, row]]), { read: false }));
  };
}
