import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { writingSettings } from '../../../api/queries/composer.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { showResultToast } from './bulk-toasts.tsx';
import { conversationLink, type ListRoute, listFilter, listLink } from './list-route.ts';

/**
 * Returns what Done does: sets the open conversation to done with `setStatus`, offers
 * to undo it, and goes on to what the user chose in
 * Settings > Writing: the next conversation of the list, the list, or nothing.
 */
export function useDone(
  instanceId: string,
  { listRoute, conversationId }: { listRoute: ListRoute; conversationId: string },
  setStatus: (status: 'open' | 'done') => void,
): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const settings = useQuery(writingSettings(instanceId)).data;
  const open = (id: string) => void navigate(conversationLink(listRoute, id));

  /** The conversation below this one in the list; above it, if it is the last. */
  function nextId(): string | undefined {
    const { queryKey } = conversationList(instanceId, listFilter(listRoute));
    const rows = client.getQueryData(queryKey)?.pages.flatMap((page) => page.conversations) ?? [];
    const index = rows.findIndex(({ id }) => id === conversationId);
    return index < 0 ? undefined : (rows[index + 1] ?? rows[index - 1])?.id;
  }

  async function markDone(): Promise<void> {
    const next = nextId();
    const { pathname } = location;
    setStatus('done');
    // They are known, unless the page was opened a moment ago.
    const loaded = settings ?? (await client.ensureQueryData(writingSettings(instanceId)).catch(() => null));
    const afterDone = loaded?.afterDone ?? 'next';
    if (afterDone === 'stay') return;
    // Who has gone on meanwhile stays there.
    if (location.pathname === pathname) {
      if (afterDone === 'next' && next) open(next);
      else void navigate(listLink(listRoute));
    }
    const undo = () => {
      setStatus('open');
      open(conversationId);
    };
    showResultToast({ changed: 1, skipped: [] }, { total: 1, stopped: false, onUndo: undo });
  }
  return () => void markDone();
}
