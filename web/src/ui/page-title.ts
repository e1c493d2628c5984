import { useEffect, useSyncExternalStore } from 'react';

let pageTitle = '';
const listeners = new Set<() => void>();

/** Names what is shown; the tab has this name (useTabTitle). Null where another part of the page names it. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    pageTitle = title;
    for (const listen of listeners) listen();
  }, [title]);
}

/** The same as a part of a page, which may be rendered later than the rest. */
export function PageTitle({ title }: { title: string }): null {
  usePageTitle(title);
  return null;
}

const subscribe = (listen: () => void) => {
  listeners.add(listen);
  return () => void listeners.delete(listen);
};

/** Titles the tab `(3) Where is my parcel? – Acme`: unread notifications, what is shown, the organization. */
export function useTabTitle(unread: number, organization: string): void {
  const title = useSyncExternalStore(subscribe, () => pageTitle);
  useEffect(() => {
    const name = [title, organization].filter(Boolean).join(' – ');
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon) icon.href = unread > 0 ? '/icon-unread.svg' : '/icon.svg';
  }, [title, organization, unread]);
}
