import { type MouseEvent, type PointerEvent, useCallback, useRef, useState } from 'react';

/** What a swipe does: to the right, done (or reopen); to the left, snooze. */
export type SwipeAction = 'done' | 'snooze';
/** The row under the finger, what is shown behind it, and whether lifting the finger does it. */
export type Swipe = { id: string; action: SwipeAction; armed: boolean };

/** In pixels. A touch is a swipe once it went this far, and further sideways than up or down. */
const startDistance = 12;
/** Lifted after this distance, it acts; before it, the row returns. */
const actDistance = 88;
/** From here the browser takes a touch for its own gesture, Back. */
const edgeWidth = 24;

type Touch = { pointerId: number; x: number; y: number; row: HTMLElement; id: string; swiping: boolean };

/**
 * Swiping a row, by touch only: what it does is also in the conversation, in the bar of selected rows, and by key.
 * Scrolling up and down stays the browser's (`touch-action: pan-y` of the rows), which then cancels the touch. The row
 * follows the finger without rendering. Returns the handlers of the list's element.
 */
export function useSwipe(enabled: boolean, onSwipe: (id: string, action: SwipeAction) => void) {
  const [swipe, setSwipe] = useState<Swipe | null>(null);
  const touch = useRef<Touch | null>(null);
  /** A click that a browser sends after a swipe opens nothing. */
  const ignoreClick = useRef(false);

  // Else a browser takes a swipe that ends fast for scrolling that goes on: the next tap only stops it, and is lost.
  const preventScrolling = useCallback((event: TouchEvent) => {
    if (touch.current?.swiping) event.preventDefault();
  }, []);

  function end(): void {
    if (touch.current) touch.current.row.style.transform = '';
    touch.current = null;
    setSwipe(null);
  }

  function onPointerDown({
    pointerType,
    isPrimary,
    pointerId,
    clientX: x,
    clientY: y,
    target,
  }: PointerEvent) {
    ignoreClick.current = false;
    if (touch.current) end(); // A second finger.
    if (!enabled || pointerType !== 'touch' || !isPrimary) return;
    if (x < edgeWidth || x > window.innerWidth - edgeWidth) return;
    const row = (target as Element).closest<HTMLElement>('[data-swipe]');
    if (!row) return;
    touch.current = { pointerId, x, y, row, id: row.dataset.swipe!, swiping: false };
    row.addEventListener('touchmove', preventScrolling, { passive: false });
  }

  function onPointerMove({ pointerId, clientX, clientY, currentTarget }: PointerEvent) {
    const now = touch.current;
    if (!now || pointerId !== now.pointerId) return;
    const [across, along] = [clientX - now.x, clientY - now.y];
    if (!now.swiping) {
      const isSideways = Math.abs(across) > 1.5 * Math.abs(along);
      if (!isSideways && Math.abs(along) > startDistance) touch.current = null;
      if (!isSideways || Math.abs(across) < startDistance) return;
      now.swiping = true;
      currentTarget.setPointerCapture(pointerId);
    }
    now.row.style.transform = `translateX(${across}px)`;
    const action = across > 0 ? 'done' : 'snooze';
    const armed = Math.abs(across) >= actDistance;
    setSwipe((before) =>
      before?.id === now.id && before.action === action && before.armed === armed
        ? before
        : { id: now.id, action, armed },
    );
  }

  function onPointerUp({ pointerId }: PointerEvent) {
    if (pointerId !== touch.current?.pointerId) return;
    ignoreClick.current = touch.current.swiping;
    if (swipe?.armed) onSwipe(swipe.id, swipe.action);
    end();
  }

  function onClickCapture(event: MouseEvent) {
    if (!ignoreClick.current) return;
    ignoreClick.current = false;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    swipe,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: end, onClickCapture },
  };
}
