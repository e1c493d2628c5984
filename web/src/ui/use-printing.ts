import { useSyncExternalStore } from 'react';

let printing = false;

function subscribe(listen: () => void): () => void {
  const update = ({ type }: Event) => {
    printing = type === 'beforeprint';
    listen();
  };
  window.addEventListener('beforeprint', update);
  window.addEventListener('afterprint', update);
  return () => {
    window.removeEventListener('beforeprint', update);
    window.removeEventListener('afterprint', update);
  };
}

/** Whether the page is being printed: on white, and with times that are right later, too. */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe, () => printing);
