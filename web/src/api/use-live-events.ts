import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
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
    const refreshRow = batch(150, (ids) => {
      void refreshRows(client, instanceId, ids, listHold);
      refetch(['view-counts']);
    });
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
        if (conversationId) refreshRow(conversationId);
        conversationsOf(client, instanceId, { customerId, userId }).forEach(refreshRow);
        if (tags) void refreshTags(client, instanceId, listHold);
      },
    });
  }, [client, instanceId]);
  return state;
}

/** Collects keys for so many milliseconds, so that a change of a hundred conversations makes one request. */
function batch(ms: number, flush: (keys: string[]) => void): (key: string) => void {
  let pendingKeys = new Set<string>();
  return (key) => {
    if (pendingKeys.size === 0) {
      setTimeout(() => {
        const keys = [...pendingKeys];
        pendingKeys = new Set();
        flush(keys);
      }, ms);
    }
    pendingKeys.add(key);
  };
}
