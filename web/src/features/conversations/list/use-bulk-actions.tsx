import { Anchor, Button, Group, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { api, type ConversationChange, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { refreshRows, reloadLists, updateListsOptimistically } from '../../../api/list-pages.ts';
import { conversationList, people, tags } from '../../../api/queries.ts';
import { t } from '../../../locales/messages.ts';
import { applyUpdate, type ConversationUpdate } from '../actions/use-update-conversation.ts';
import { type ListRoute, listFilter } from './list-route.ts';

/** So many go to the server at once. */
const batchSize = 100;
/** With fewer nothing is told on the way: they are done before one could read it. */
const progressThreshold = 100;

export type BulkChange = ConversationUpdate & { read?: boolean };

/**
 * Changes many conversations: shown at once, sent a hundred at a time with the progress told and a way to
 * stop, and undone by what the server says undoes it.
 */
export function useBulkActions(instanceId: string, userId: string) {
  const client = useQueryClient();

  async function send(
    all: ConversationChange[],
  ): Promise<{ undo: ConversationChange[]; left: number; stopped: boolean }> {
    const id = `many-${Date.now()}`;
    const undo: ConversationChange[] = [];
    let [left, stopped] = [0, false];
    for (let from = 0; from < all.length && !stopped; from += batchSize) {
      if (all.length > progressThreshold) {
        const toast = {
          id,
          autoClose: false as const,
          withCloseButton: false,
          message: (
            <BulkActionProgress
              completed={from}
              total={all.length}
              onStop={() => {
                stopped = true;
              }}
            />
          ),
        };
        if (from === 0) notifications.show(toast);
        else notifications.update(toast);
      }
      try {
        const batch = await unwrapResponse(
          api.POST('/api/instances/{instanceId}/conversations/changes', {
            params: { path: { instanceId } },
            body: { changes: all.slice(from, from + batchSize) },
          }),
        );
        undo.push(...(batch.undo as ConversationChange[]));
        left += batch.skipped.length;
      } catch (error) {
        const { message, detail } = error as ProblemError;
        notifications.show({ color: 'red', title: message, message: detail });
        stopped = true;
      }
    }
    if (all.length > progressThreshold) notifications.hide(id);
    if (all.length > 5 * batchSize) reloadLists(client, instanceId);
    else
      void refreshRows(
        client,
        instanceId,
        all.map(({ conversationId }) => conversationId),
      );
    for (const { conversationId } of all.slice(0, batchSize))
      void client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversationId] });
    void client.invalidateQueries({ queryKey: [instanceId, 'views'] });
    void client.invalidateQueries({ queryKey: [instanceId, 'tags'] });
    return { undo, left, stopped };
  }

  function showResult(result: { undo: ConversationChange[]; left: number; stopped: boolean }, total: number) {
    const { undo, left, stopped } = result;
    const id = `changed-${Date.now()}`;
    const undoAll = async () => {
      notifications.hide(id);
      const undone = await send(undo);
      notifications.show({
        message: (
          <>
            {t('selection.undone', { count: undone.undo.length })}
            {undone.left > 0 && <Text size="sm">{t('selection.left', { count: undone.left })}</Text>}
          </>
        ),
      });
    };
    notifications.show({
      id,
      autoClose: 10_000,
      message: (
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <div>
            {stopped
              ? t('selection.stopped', { done: undo.length, of: total })
              : t('selection.finished', { count: undo.length })}
            {left > 0 && <Text size="sm">{t('selection.left', { count: left })}</Text>}
          </div>
          {undo.length > 0 && (
            <Anchor component="button" type="button" fw={600} onClick={() => void undoAll()}>
              {t('selection.undo')}
            </Anchor>
          )}
        </Group>
      ),
    });
  }

  return {
    /** Changes these; resolves when all are. */
    async change(ids: string[], change: BulkChange): Promise<void> {
      const { read, ...rest } = change;
      const lookup = {
        people: client.getQueryData(people(instanceId).queryKey)?.people,
        tags: client.getQueryData(tags(instanceId).queryKey)?.tags,
      };
      updateListsOptimistically(client, { instanceId, userId }, new Set(ids), (row) => ({
        ...applyUpdate(row, rest, lookup),
        ...(read !== undefined && { unread: !read }),
      }));
      const all = ids.map((conversationId) => ({ conversationId, ...change })) as ConversationChange[];
      showResult(await send(all), ids.length);
    },

    /** The ids of everything a list holds, its further pages fetched. */
    async allIds(listRoute: ListRoute, onProgress: (count: number) => void): Promise<string[]> {
      const { view, mailboxId, query } = listFilter(listRoute);
      const loaded =
        client.getQueryData(conversationList(instanceId, listFilter(listRoute)).queryKey)?.pages ?? [];
      const ids = loaded.flatMap((page) => page.conversations.map(({ id }) => id));
      let after = loaded.at(-1)?.next ?? null;
      while (after) {
        const page: { conversations: Array<{ id: string }>; next: string | null } = await unwrapResponse(
          query === undefined
            ? api.GET('/api/instances/{instanceId}/conversations', {
                params: { path: { instanceId }, query: { view, mailboxId, after, limit: 200 } },
              })
            : api.GET('/api/instances/{instanceId}/search', {
                params: { path: { instanceId }, query: { q: query, after, limit: 200 } },
              }),
        );
        ids.push(...page.conversations.map(({ id }) => id));
        after = page.next;
        onProgress(ids.length);
      }
      return ids;
    },
  };
}

function BulkActionProgress({
  completed,
  total,
  onStop,
}: {
  completed: number;
  total: number;
  onStop(): void;
}) {
  return (
    <>
      <Group justify="space-between" mb={6}>
        <Text size="sm">{t('selection.working', { done: completed, of: total })}</Text>
        <Button size="compact-xs" variant="default" onClick={onStop}>
          {t('selection.stop')}
        </Button>
      </Group>
      <Progress
        value={(100 * completed) / total}
        size="sm"
        aria-label={t('selection.working', { done: completed, of: total })}
      />
    </>
  );
}
