import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { atMostOnce, batch } from './coalesce.ts';
import { listHold } from './list-hold.ts';
import { conversationsOf, refreshRows, refreshTags, reloadLists } from './list-pages.ts';
import { changedBy } from './live-event-queries.ts';
import { subscribeLiveEvents } from './live-events.ts';
import { refetchQueries } from './refetch.ts';

/** Refetches what is shown of an instance whenever an event after number `from` may have changed it. */
export function useLiveEvents(instanceId: string, from: number): 'live' | 'lost' {
  const client = useQueryClient();
  const [state, setState] = useState<'live' | 'lost'>('live');
  const initialSeq = useRef(from);
  useEffect(() => {
    const refetch = (path: string[]) => refetchQueries(client, [instanceId, ...path]);
    // Many messages that are stored together change the same queries.
    const refetchOnce = batch(50, (paths) => {
      for (const path of paths) refetch(JSON.parse(path) as string[]);
    });
    // Counts are of all conversations, and dearer than the rows that changed.
    const recount = atMostOnce({ delayMs: 150, everyMs: 1_000 }, () => refetch(['view-counts']));
    const refreshRow = batch(150, (ids) => void refreshRows(client, instanceId, ids, listHold));
    let current = 'live';
    return subscribeLiveEvents(instanceId, initialSeq.current, {
      onState(next) {
        setState(next);
        // The stream also ends with the session and with the membership: the answer shows which it was.
        if (next === 'lost' && current !== 'lost') refetchQueries(client, ['me']);
        current = next;
      },
      onReset() {
        reloadLists(client, instanceId, listHold);
        refetch([]);
      },
      onEvent(event) {
        const { queries, me, conversationId, customerId, userId, tags } = changedBy(event);
        for (const path of queries) refetchOnce(JSON.stringify(path));
        if (me) refetchQueries(client, ['me']);
        const rows = conversationsOf(client, instanceId, { customerId, userId });
        if (conversationId) rows.push(conversationId);
        rows.forEach(refreshRow);
        if (rows.length > 0) recount();
        if (tags) void refreshTags(client, instanceId, listHold);
      },
    });
  }, [client, instanceId]);
  return state;
}
