import { useQueryClient } from '@tanstack/react-query';
import { type PointerEvent, useEffect, useRef } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { whenIdle } from '../../../ui/when-idle.ts';

/** A pointer that rests on a row for so many milliseconds is likely to open it. */
const restMs = 60;

/**
 * Fetches conversations before they are opened, so that opening one waits for no answer: the one under the pointer or
 * finger, and the one below `currentId` (the open conversation, or the row at the cursor), which Done and the keys go
 * to. `onPrepare` is called with the one under the pointer once its data is there, and with undefined when the pointer
 * has left. Returns the handlers of the list's element.
 */
export function usePrefetch(
  instanceId: string,
  { rows, currentId }: { rows: ListRow[]; currentId: string | null | undefined },
  onPrepare: (conversationId: string | undefined) => void,
) {
  const client = useQueryClient();
  const pointed = useRef<{ id: string; timer: ReturnType<typeof setTimeout> }>(undefined);
  const index = currentId ? rows.findIndex(({ id }) => id === currentId) : -1;
  const nextId = index < 0 ? undefined : rows[index + 1]?.id;
  useEffect(() => {
    if (nextId) return whenIdle(() => void client.prefetchQuery(conversation(instanceId, nextId)));
  }, [client, instanceId, nextId]);

  const prepare = async (id: string) => {
    await client.prefetchQuery(conversation(instanceId, id));
    if (pointed.current?.id === id) onPrepare(id);
  };
  const leave = () => {
    clearTimeout(pointed.current?.timer);
    pointed.current = undefined;
  };
  useEffect(() => leave, []);
  return {
    onPointerMove({ target }: PointerEvent) {
      const id = rowOf(target);
      if (id === pointed.current?.id) return;
      leave();
      if (id) pointed.current = { id, timer: setTimeout(() => void prepare(id), restMs) };
    },
    onPointerDown({ target }: PointerEvent) {
      const id = rowOf(target);
      if (id) void client.prefetchQuery(conversation(instanceId, id));
    },
    onPointerLeave() {
      leave();
      onPrepare(undefined);
    },
  };
}

const rowOf = (target: EventTarget) =>
  (target as Element).closest<HTMLElement>('[data-swipe]')?.dataset.swipe;
