import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { refreshRows, refreshTags, reloadLists } from './list-pages.ts';
import { subscribeLiveEvents } from './live-events.ts';
import { refetchQueries } from './refetch.ts';

/**
 * Keeps everything shown of an instance true: each event after the one numbered `from` asks anew for what it may
 * have changed.
 */
export function useLiveEvents(instanceId: string, from: number): 'live' | 'lost' {
  const client = useQueryClient();
  const [state, setState] = useState<'live' | 'lost'>('live');
  const initialSeq = useRef(from);
  useEffect(() => {
    const invalidate = (...key: string[]) => refetchQueries(client, [instanceId, ...key]);
    const refreshRow = batchIds((ids) => {
      void refreshRows(client, instanceId, ids);
      invalidate('views');
    });
    return subscribeLiveEvents(instanceId, initialSeq.current, {
      onState: setState,
      onReset() {
        reloadLists(client, instanceId);
        invalidate();
      },
      onEvent({ type, conversationId, connectionId }) {
        if (type === 'presence.changed' && conversationId) return invalidate('presence', conversationId);
        if (type === 'draft.changed') {
          invalidate('drafts');
          if (conversationId) invalidate('writers', conversationId);
          return;
        }
        if (type === 'customer.changed' || type === 'message.stored') {
          invalidate('customer');
          invalidate('customer-list');
        }
        if (type === 'saved-reply.changed') invalidate('saved-replies');
        if (conversationId) invalidate('conversation', conversationId);
        if (conversationId && /^(message[.](stored|redacted)|conversation[.]changed)$/.test(type))
          refreshRow(conversationId);
        if (type === 'tag.changed') {
          void refreshTags(client, instanceId);
        }
        if (type === 'filter.changed') {
          invalidate('filters');
          invalidate('views');
        }
        if (type === 'mailbox.changed') {
          invalidate('mailboxes');
          invalidate('views');
          // The timelines of its conversations tell of it.
          invalidate('conversation');
        }
        if (type === 'bulk.changed' || type === 'delivery.changed') invalidate('bulk');
        if (type === 'template.changed') invalidate('templates');
        if (type === 'people.changed') {
          invalidate('people');
          invalidate('members');
        }
        if (type === 'people.changed' || type === 'instance.changed') refetchQueries(client, ['me']);
        if (type === 'notification.changed') invalidate('notifications');
        if (connectionId) invalidate('connection', connectionId);
      },
    });
  }, [client, instanceId]);
  return state;
}

/** Gathers what comes in quick succession: a change of a hundred conversations is asked about once. */
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
