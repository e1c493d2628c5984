import { notifications } from '@mantine/notifications';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  api,
  type ConversationChange,
  type ListRow,
  type ProblemError,
  unwrapResponse,
} from '../../../api/client.ts';
import { refreshRows } from '../../../api/list-pages.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';
import { tags } from '../../../api/queries/conversation.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { people } from '../../../api/queries/people.ts';
import { updateListsOptimistically } from '../../../api/update-rows.ts';
import type { ConversationUpdate } from '../actions/conversation-update.ts';
import { applyUpdate } from '../actions/use-update-conversation.ts';
import { createProgressToast, showResultToast, showUndoneToast } from './bulk-toasts.tsx';
import { type ListRoute, listFilter } from './list-route.ts';
import type { ChosenRows } from './use-selection.ts';

/** How many changes one request holds. */
const batchSize = 100;
/** Fewer changes take too short a time to show their progress. */
const progressThreshold = 100;

export type BulkChange = ConversationUpdate & { read?: boolean };

/** The changes that undo what was done, the ids that were skipped, and whether it was stopped or failed. */
type Outcome = { undo: ConversationChange[]; skipped: string[]; stopped: boolean };

/** Changes many conversations: shown at once, sent in batches that can be stopped, and undoable. */
export function useBulkActions(instanceId: string, userId: string) {
  const client = useQueryClient();

  async function send(changes: ConversationChange[]): Promise<Outcome> {
    const ids = changes.map(({ conversationId }) => conversationId);
    const outcome = await afterEarlierChanges(ids, () => sendInBatches(instanceId, changes));
    refreshChanged(client, instanceId, ids);
    return outcome;
  }

  return {
    /** Changes these conversations, but for those that others changed since; resolves when all are changed. */
    async change(chosen: ChosenRows, change: BulkChange): Promise<void> {
      const ids = [...chosen.keys()];
      const { read, ...rest } = change;
      const lookup = {
        people: client.getQueryData(people(instanceId).queryKey)?.people,
        tags: client.getQueryData(tags(instanceId).queryKey)?.tags,
      };
      const restoreRows = updateListsOptimistically(client, { instanceId, userId }, new Set(ids), (row) => ({
        ...applyUpdate(row, rest, lookup),
        ...(read !== undefined && { unread: !read }),
      }));
      const changes = [...chosen].map(([conversationId, { version, status, lastMessageAt }]) => ({
        conversationId,
        ...change,
        seen: { version, status, lastMessageAt },
      })) as ConversationChange[];
      const { undo, skipped, stopped } = await send(changes);
      const undoAll = async () => {
        restoreRows(new Set(undo.map(({ conversationId }) => conversationId)));
        const undone = await send(undo);
        showUndoneToast({ changed: undone.undo.length, skipped: rowsOf(undone.skipped) });
      };
      const rowsOf = (skippedIds: string[]) => skippedIds.flatMap((id) => chosen.get(id) ?? []);
      showResultToast(
        { changed: undo.length, skipped: rowsOf(skipped) },
        { total: ids.length, stopped, onUndo: () => void undoAll() },
      );
    },

    /** The rows of all conversations of a list; fetches the pages not loaded yet. */
    async allRows(listRoute: ListRoute, onProgress: (count: number) => void): Promise<ListRow[]> {
      const { view, mailboxId, query } = listFilter(listRoute);
      const loaded =
        client.getQueryData(conversationList(instanceId, listFilter(listRoute)).queryKey)?.pages ?? [];
      const rows = loaded.flatMap((page) => page.conversations);
      let after = loaded.at(-1)?.next ?? null;
      while (after) {
        const page: { conversations: ListRow[]; next: string | null } = await unwrapResponse(
          query === undefined
            ? api.GET('/api/instances/{instanceId}/conversations', {
                params: { path: { instanceId }, query: { view, mailboxId, after, limit: 200 } },
              })
            : api.GET('/api/instances/{instanceId}/search', {
                params: { path: { instanceId }, query: { q: query, after, limit: 200 } },
              }),
        );
        rows.push(...page.conversations);
        after = page.next;
        onProgress(rows.length);
      }
      return rows;
    },
  };
}

/** Sends changes batch by batch until all are sent, the user stops them, or a request fails. */
async function sendInBatches(instanceId: string, changes: ConversationChange[]): Promise<Outcome> {
  const outcome: Outcome = { undo: [], skipped: [], stopped: false };
  const progress = createProgressToast(changes.length, () => {
    outcome.stopped = true;
  });
  for (let from = 0; from < changes.length && !outcome.stopped; from += batchSize) {
    if (changes.length > progressThreshold) progress.update(from);
    try {
      const batch = await unwrapResponse(
        api.POST('/api/instances/{instanceId}/conversations/changes', {
          params: { path: { instanceId } },
          body: { changes: changes.slice(from, from + batchSize) },
        }),
      );
      outcome.undo.push(...(batch.undo as ConversationChange[]));
      outcome.skipped.push(...batch.skipped);
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
      outcome.stopped = true;
    }
  }
  progress.hide();
  return outcome;
}

/** Refetches what shows the changed conversations. */
function refreshChanged(client: QueryClient, instanceId: string, ids: string[]): void {
  void refreshRows(client, instanceId, ids);
  for (const conversationId of ids.slice(0, batchSize))
    void client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversationId] });
  void client.invalidateQueries({ queryKey: [instanceId, 'view-counts'] });
  void client.invalidateQueries({ queryKey: [instanceId, 'tags'] });
}
