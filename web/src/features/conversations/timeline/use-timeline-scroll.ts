import { type UIEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this, in pixels, the timeline follows new messages. */
const bottomThreshold = 120;
/** Closer to the start than this, in pixels, earlier messages are fetched. */
const topThreshold = 400;

/**
 * The scroll position of a timeline. It starts at the end and stays there; where the user has scrolled up,
 * neither new nor earlier messages move what is in view. `first` and `newest` are the ids of the outermost
 * messages shown.
 */
export function useTimelineScroll({
  first,
  newest,
  onNearStart,
}: {
  first: string | undefined;
  newest: string | undefined;
  onNearStart(): void;
}) {
  const scrollRef = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const [hasNewBelow, setHasNewBelow] = useState(false);
  const scrollToEnd = () => {
    const element = scrollRef.current;
    if (element) element.scrollTop = element.scrollHeight;
    setHasNewBelow(false);
  };
  useLayoutEffect(() => {
    if (atEnd.current) scrollToEnd();
    else setHasNewBelow(true);
  }, [newest]);
  // Messages added at the start push the others down: scroll by the same height.
  const previous = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    if (previous.current.first !== first && !atEnd.current) {
      const addedHeight = element.scrollHeight - previous.current.height;
      if (addedHeight > 0 && element.scrollTop < topThreshold) element.scrollTop += addedHeight;
    }
    previous.current = { first, height: element.scrollHeight };
  });
  // Frames get their height after they load: stay at the end meanwhile.
  useEffect(() => {
    const content = scrollRef.current?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(() => atEnd.current && scrollToEnd());
    observer.observe(content);
    return () => observer.disconnect();
  }, []);
  return {
    scrollRef,
    hasNewBelow,
    scrollToEnd,
    /** Stops following the end, before earlier messages are added. */
    leaveEnd() {
      atEnd.current = false;
    },
    onScroll({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent<HTMLElement>) {
      atEnd.current = scrollHeight - scrollTop - clientHeight < bottomThreshold;
      if (atEnd.current) setHasNewBelow(false);
      previous.current.height = scrollHeight;
      if (!atEnd.current && scrollTop < topThreshold) onNearStart();
    },
  };
}
