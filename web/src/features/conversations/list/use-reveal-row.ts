import { useQuery } from '@tanstack/react-query';
import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Conversation, ListRow } from '../../../api/client.ts';
import { conversation as conversationPage } from '../../../api/queries/conversation.ts';

/** A row further down than this is not looked for, as each page takes a request. */
const maxRowsToLoad = 2_000;

/**
 * Scrolls the list to the row of the open conversation, or of the cursor, once for each: also to one that is
 * opened by a link, for which pages are loaded until its row is among them. Later changes do not scroll.
 */
export function useRevealRow(
  instanceId: string,
  targetId: string | undefined,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  {
    rows,
    isInList,
    loadMore,
  }: {
    rows: ListRow[];
    /** Whether a conversation is in this list, which is then ordered by time. */
    isInList(conversation: Conversation): boolean;
    /** Fetches the next page; null where there is none, or one is being fetched. */
    loadMore: (() => void) | null;
  },
): void {
  const revealedId = useRef<string>(undefined);
  const index = targetId ? rows.findIndex(({ id }) => id === targetId) : -1;
  const isWanted = targetId !== undefined && revealedId.current !== targetId;
  // The page of the conversation fetches it.
  const opened = useQuery({ ...conversationPage(instanceId, targetId ?? ''), enabled: false }).data
    ?.conversation;
  const last = rows.at(-1);
  const isBelow =
    isWanted &&
    index < 0 &&
    opened?.id === targetId &&
    last !== undefined &&
    rows.length < maxRowsToLoad &&
    opened.lastMessageAt <= last.lastMessageAt &&
    isInList(opened);
  useEffect(() => {
    if (targetId === undefined) revealedId.current = undefined;
    if (!isWanted || index < 0) return;
    revealedId.current = targetId;
    if (!isInView(virtualizer, index)) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [targetId, isWanted, index, virtualizer]);
  useEffect(() => {
    if (isBelow) loadMore?.();
  }, [isBelow, loadMore]);
}

/** By what the virtualizer knows: scrolling would have the browser lay out the page at once. */
function isInView(
  { scrollOffset, scrollRect, measurementsCache }: Virtualizer<HTMLDivElement, Element>,
  index: number,
): boolean {
  const row = measurementsCache[index];
  if (!row || scrollOffset === null || !scrollRect) return false;
  return row.start >= scrollOffset && row.end <= scrollOffset + scrollRect.height;
}
