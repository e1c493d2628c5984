import { useEffect, useRef, useState } from 'react';

const size = { width: 520, height: 680 };

export type WindowState = 'none' | 'open' | 'closed' | 'blocked';

/**
 * The pop-up window in which the user signs in to Google. It is opened during the click, before its URL is known:
 * browsers block pop-ups opened later. That it was closed is found by polling, as there is no event. It also
 * closes when Google has answered, so `fetchResult` runs before the state becomes `closed`.
 */
export function useGoogleWindow(fetchResult: () => Promise<unknown>) {
  const popup = useRef<Window | null>(null);
  const fetchResultRef = useRef(fetchResult);
  useEffect(() => {
    fetchResultRef.current = fetchResult;
  });
  const [state, setState] = useState<WindowState>('none');
  useEffect(() => {
    if (state !== 'open') return;
    const timer = setInterval(() => {
      if (!popup.current?.closed) return;
      clearInterval(timer);
      void fetchResultRef.current().finally(() => setState((now) => (now === 'open' ? 'closed' : now)));
    }, 300);
    return () => clearInterval(timer);
  }, [state]);
  return {
    state,
    open() {
      const left = window.screenX + (window.outerWidth - size.width) / 2;
      const top = window.screenY + (window.outerHeight - size.height) / 2;
      popup.current = window.open(
        'about:blank',
        'postroom-google',
        `popup,width=${size.width},height=${size.height},left=${left},top=${top}`,
      );
      setState(popup.current ? 'open' : 'blocked');
    },
    navigate(address: string) {
      if (popup.current && !popup.current.closed) popup.current.location.replace(address);
    },
    focus: () => popup.current?.focus(),
    close() {
      closeWithRetry(popup.current);
      setState('none');
    },
  };
}

/** Closes a window, again until it is closed: a call while it navigates may have no effect. */
function closeWithRetry(popup: Window | null, tries = 20): void {
  if (!popup || popup.closed || tries === 0) return;
  setTimeout(() => {
    if (!popup.closed) popup.close();
    closeWithRetry(popup, tries - 1);
  }, 600);
}
