import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { refreshRows, refreshTags, reloadLists } from './list-pages.ts';
import { subscribeLiveEvents } from './live-events.ts';
import { refetchQueries } from './refetch.ts';

/**
 * Keeps everything shown of an instance true: each event after the one numbered `from` asks anew for what it may
 * have changed.
 */
export function useLive(instanceId: string, from: number): 'live' | 'lost' {
  const client = useQueryClient();
  const [state, setState] = useState<'live' | 'lost'>('live');
  const first = useRef(from);
  useEffect(() => {
    const stale = (...key: string[]) => refetchQueries(client, [instanceId, ...key]);
    const rows = together((ids) => {
      void refreshRows(client, instanceId, ids);
      stale('views');
    });
    return subscribeLiveEvents(instanceId, first.current, {
      onState: setState,
      onReset() {
        reloadLists(client, instanceId);
        stale();
      },
      onEvent({ type, conversationId, connectionId }) {
        if (type === 'presence.changed' && conversationId) return stale('presence', conversationId);
        if (type === 'draft.changed') {
          stale('drafts');
          if (conversationId) stale('writers', conversationId);
          return;
        }
        if (type === 'customer.changed' || type === 'message.stored') {
          stale('customer');
          stale('customer-list');
        }
        if (type === 'shortcut.changed') stale('shortcuts');
        if (conversationId) stale('conversation', conversationId);
        if (conversationId && /^(message[.](stored|redacted)|conversation[.]changed)$/.test(type))
          rows(conversationId);
        if (type === 'tag.changed') {
          void refreshTags(client, instanceId);
        }
        if (type === 'filter.changed') {
          stale('filters');
          stale('views');
        }
        if (type === 'mailbox.changed') {
          stale('mailboxes');
          stale('views');
          // The timelines of its conversations tell of it.
          stale('conversation');
        }
        if (type === 'bulk.changed' || type === 'delivery.changed') stale('bulk');
        if (type === 'template.changed') stale('templates');
        if (type === 'people.changed') {
          stale('people');
          stale('members');
        }
        if (type === 'people.changed' || type === 'instance.changed') refetchQueries(client, ['me']);
        if (type === 'notification.changed') stale('notifications');
        if (connectionId) stale('connection', connectionId);
      },
    });
  }, [client, instanceId]);
  return state;
}

/** Gathers what comes in quick succession: a change of a hundred conversations is asked about once. */
function together(act: (ids: string[]) => void): (id: string) => void {
  let waiting = new Set<string>();
  return (id) => {
    if (waiting.size === 0) {
      setTimeout(() => {
        const ids = [...waiting];
        waiting = new Set();
        act(ids);
      }, 150);
    }
    waiting.add(id);
  };
}
