import { useEffect, useEffectEvent } from 'react';
import { useShownRef } from './shown.tsx';

const eventName = 'postroom-mailto';

/** The `mailto:` link that a click follows in this window; null if it follows none, or another window is asked for. */
function followedLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element | null)?.closest?.('a[href], area[href]');
  const href = link?.getAttribute('href')?.trim() ?? '';
  return /^mailto:/i.test(href) ? href : null;
}

/**
 * Reports the `mailto:` links that are followed in a frame, so that they open here and not in another mail program.
 * (Safari runs no listeners in a sandboxed frame without scripts.)
 */
export function forwardFrameMailto(frame: HTMLIFrameElement): void {
  frame.contentDocument?.addEventListener('click', (event) => {
    const href = followedLink(event);
    if (href === null) return;
    event.preventDefault();
    frame.dispatchEvent(new CustomEvent(eventName, { bubbles: true, detail: href }));
  });
}

/** Calls `open` with each `mailto:` link that is followed in the page or in the frame of a message. */
export function useMailtoLinks(open: (href: string) => void): void {
  const shown = useShownRef();
  const onOpen = useEffectEvent((href: string) => shown.current && open(href));
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const href = followedLink(event);
      if (href === null) return;
      event.preventDefault();
      onOpen(href);
    };
    const onFrame = (event: Event) => onOpen((event as CustomEvent<string>).detail);
    document.addEventListener('click', onClick);
    document.addEventListener(eventName, onFrame);
    return () => {
      document.removeEventListener('click', onClick);
      document.removeEventListener(eventName, onFrame);
    };
  }, []);
}
