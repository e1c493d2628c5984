import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { listHold } from './list-hold.ts';
import { conversationsOfCustomer, refreshRows, refreshTags, reloadLists } from './list-pages.ts';
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
    const refreshRow = batchIds((ids) => {
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
        const { queries, me, conversationId, customerId, tags } = changedBy(event);
        queries.forEach(refetch);
        if (me) refetchQueries(client, ['me']);
        if (conversationId) refreshRow(conversationId);
        if (customerId) conversationsOfCustomer(client, instanceId, customerId).forEach(refreshRow);
        if (tags) void refreshTags(client, instanceId, listHold);
      },
    });
  }, [client, instanceId]);
  return state;
}

/** Collects ids for a moment, so that a change of a hundred conversations makes one request. */
function batchIds(flush: (ids: string[]) => void): (id: string) => void {
  let pendingIds = new Set<string>();
  return (id) => {
    if (pendingIds.size === 0) {
      setTimeout(() => {
        const ids = [...pendingIds];
        pendingIds = new Set();
        flush(ids);
      }, 150);
    }
    pendingIds.add(id);
  };
}
