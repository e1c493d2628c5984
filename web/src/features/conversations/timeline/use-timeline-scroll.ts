import { type UIEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this, in pixels, the timeline follows new messages. */
const bottomThreshold = 120;
/** Closer to the start than this, in pixels, earlier messages are fetched. */
const topThreshold = 400;
/** The space above a message that is shown from its beginning, in pixels. */
const gap = 16;

/**
 * What stays in place when the content or the view changes its height: the newest message, of which the beginning
 * is in view; the end; or, where the user has scrolled up, what is in view.
 */
type Position = 'newest' | 'end' | 'free';

/**
 * The scroll position of a timeline. It opens at the newest message. Where the user has scrolled up, neither new
 * nor earlier messages move what is in view, but for the user's own: `sentId` is the id of the message they sent
 * last. `first` and `newest` are the ids of the outermost messages shown.
 */
export function useTimelineScroll({
  first,
  newest,
  sentId,
  onNearStart,
}: {
  first: string | undefined;
  newest: string | undefined;
  sentId: string | null;
  onNearStart(): void;
}) {
  const scrollRef = useRef<HTMLElement>(null);
  const position = useRef<Position>('newest');
  const isNearEnd = useRef(true);
  /** Where the page itself scrolled to: the event of another position is the user's, at unchanged heights. */
  const ownTop = useRef(0);
  const heights = useRef('');
  const [hasNewBelow, setHasNewBelow] = useState(false);

  const scrollTo = (element: HTMLElement, top: number) => {
    element.scrollTop = top;
    ownTop.current = element.scrollTop;
    heights.current = heightsOf(element);
    isNearEnd.current = distanceToEnd(element) < bottomThreshold;
    if (isNearEnd.current) setHasNewBelow(false);
  };
  const restore = (element: HTMLElement) => {
    if (position.current === 'end') scrollTo(element, element.scrollHeight);
    else if (position.current === 'newest') scrollTo(element, newestTop(element));
  };
  const goTo = (next: Position) => {
    position.current = next;
    if (scrollRef.current) restore(scrollRef.current);
  };

  const knownNewest = useRef<string>(undefined);
  useLayoutEffect(() => {
    const isFirstView = knownNewest.current === undefined;
    knownNewest.current = newest;
    // Before it came in, the end was in view, or the user has just sent it.
    if (isFirstView || isNearEnd.current || newest === sentId) goTo('newest');
    else setHasNewBelow(true);
  }, [newest]);
  useLayoutEffect(() => {
    if (sentId) goTo('newest');
  }, [sentId]);

  // Messages added at the start push the others down: scroll by the same height.
  const previous = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    if (previous.current.first !== first && position.current === 'free') {
      const addedHeight = element.scrollHeight - previous.current.height;
      if (addedHeight > 0 && element.scrollTop < topThreshold)
        scrollTo(element, element.scrollTop + addedHeight);
    }
    previous.current = { first, height: element.scrollHeight };
  });

  // Frames get their height after they load, and the composer takes its height from the view.
  useEffect(() => {
    const element = scrollRef.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const lost = height - element.clientHeight;
      height = element.clientHeight;
      if (position.current !== 'free') restore(element);
      else if (lost !== 0) scrollTo(element, topKeepingNewest(element, lost));
      heights.current = heightsOf(element);
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return {
    scrollRef,
    hasNewBelow,
    scrollToEnd: () => goTo('end'),
    /** Stops following the end, before earlier messages are added. */
    leaveEnd() {
      position.current = 'free';
    },
    onScroll({ currentTarget: element }: UIEvent<HTMLElement>) {
      isNearEnd.current = distanceToEnd(element) < bottomThreshold;
      if (isNearEnd.current) setHasNewBelow(false);
      previous.current.height = element.scrollHeight;
      if (Math.abs(element.scrollTop - ownTop.current) <= 1) return;
      // The browser moved the view to fit changed heights. Their observer is called after this event, and restores it.
      if (position.current !== 'free' && heights.current !== heightsOf(element)) return;
      ownTop.current = element.scrollTop;
      position.current = isNearEnd.current ? 'end' : 'free';
      if (position.current === 'free' && element.scrollTop < topThreshold) onNearStart();
    },
  };
}

/** What a scroll position depends on: the heights of the content and of the view. */
function heightsOf({ scrollHeight, clientHeight }: HTMLElement): string {
  return `${scrollHeight} ${clientHeight}`;
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}

/** The beginning and the end of the newest message, as scroll positions of the timeline. */
function newestMessage(element: HTMLElement): { top: number; bottom: number } | null {
  const card = [...(element.firstElementChild?.querySelectorAll(':scope > article') ?? [])].at(-1);
  if (!card) return null;
  const { top, bottom } = card.getBoundingClientRect();
  const offset = element.scrollTop - element.getBoundingClientRect().top;
  return { top: top + offset, bottom: bottom + offset };
}

/** The end, but not beyond the beginning of the newest message. */
function newestTop(element: HTMLElement): number {
  const message = newestMessage(element);
  const end = element.scrollHeight - element.clientHeight;
  return message ? Math.min(end, message.top - gap) : end;
}

/**
 * Where to scroll when the view loses so many pixels at its lower edge (gains, if negative): if the newest message
 * was in view, its lower part stays in view, but its beginning is not pushed out.
 */
function topKeepingNewest(element: HTMLElement, lost: number): number {
  const { scrollTop, clientHeight } = element;
  const message = newestMessage(element);
  const wasInView = message && message.top < scrollTop + clientHeight + lost && message.bottom > scrollTop;
  if (!wasInView) return scrollTop;
  const beginning = message.top - gap;
  return beginning >= scrollTop ? Math.min(scrollTop + lost, beginning) : scrollTop + lost;
}
