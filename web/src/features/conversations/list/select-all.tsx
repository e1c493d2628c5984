import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProblemError } from '../../../api/client.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import styles from './list.module.css';
import { type ListRoute, listFilter } from './list-route.ts';
import type { useBulkActions } from './use-bulk-actions.ts';
import type { Selection } from './use-selection.ts';

/** Offers to select the conversations of the list that are not selected or not loaded yet. */
export function SelectAll({
  instanceId,
  listRoute,
  selection,
  allRows,
}: {
  instanceId: string;
  listRoute: ListRoute;
  selection: Selection;
  allRows: ReturnType<typeof useBulkActions>['allRows'];
}) {
  const pages = useInfiniteQuery(conversationList(instanceId, listFilter(listRoute)));
  const [gatheredCount, setGatheredCount] = useState<number | null>(null);
  const loaded = pages.data?.pages.flatMap((page) => page.conversations) ?? [];
  const more = pages.hasNextPage;
  const isAll = selection.ids.size >= loaded.length;
  const addAll = async () => {
    setGatheredCount(selection.ids.size);
    try {
      selection.add(await allRows(listRoute, setGatheredCount));
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
    }
    setGatheredCount(null);
  };
  if (gatheredCount !== null) {
    return (
      <Text size="xs" p="6px 12px" role="status">
        {t('selection.gathering', { count: gatheredCount })}
      </Text>
    );
  }
  if (!more && isAll) return null;
  return (
    <button type="button" className={styles.selectAll} onClick={() => void addAll()}>
      {t('selection.all')}
    </button>
  );
}
