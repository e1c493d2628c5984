import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followLive } from './live.ts';

/** Keeps everything shown of an instance true: each event asks anew for what it may have changed. */
export function useLive(instanceId: string): 'live' | 'lost' {
  const client = useQueryClient();
  const [state, setState] = useState<'live' | 'lost'>('live');
  useEffect(() => {
    const stale = (...key: string[]) => void client.invalidateQueries({ queryKey: [instanceId, ...key] });
    return followLive(instanceId, {
      onState: setState,
      onReset: () => stale(),
      onEvent({ type, conversationId, connectionId }) {
        if (type === 'presence.changed' && conversationId) return stale('presence', conversationId);
        if (type === 'draft.changed') {
          stale('drafts');
          if (conversationId) stale('writers', conversationId);
          return;
        }
        if (type === 'shortcut.changed') stale('shortcuts');
        if (conversationId) stale('conversation', conversationId);
        if (type === 'message.stored' || type === 'conversation.changed') {
          stale('conversations');
          stale('views');
        }
        if (type === 'mailbox.changed') {
          stale('mailboxes');
          stale('views');
        }
        if (type === 'bulk.changed' || type === 'delivery.changed') stale('bulk');
        if (type === 'template.changed') stale('templates');
        if (type === 'notification.changed') stale('notifications');
        if (connectionId) stale('connection', connectionId);
      },
    });
  }, [client, instanceId]);
  return state;
}
