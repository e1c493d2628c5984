import { useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Message } from '../../../api/client.ts';
import { me } from '../../../api/queries/account.ts';
import { t } from '../../../locales/messages.ts';
import { announce } from '../../../ui/announce.tsx';
import { useShownRef } from '../../../ui/shown.tsx';
import { senderName } from '../message/sender-line.tsx';

/**
 * Says to users of a screen reader who wrote the message that came in while the conversation is open; `messages` are
 * oldest first.
 */
export function useAnnounceArrival(messages: Message[]): void {
  const userId = useSuspenseQuery(me).data.user.id;
  const shown = useShownRef();
  const newest = messages.at(-1);
  const known = useRef(newest?.id);
  useEffect(() => {
    if (!newest || newest.id === known.current) return;
    known.current = newest.id;
    if (shown.current && newest.author?.id !== userId)
      announce(t('list.arrived', { count: 1, name: senderName(newest) }));
  }, [newest, userId, shown]);
}
