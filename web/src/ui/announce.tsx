import { VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';

let message = { text: '', count: 0 };
const listeners = new Set<() => void>();

/** Says to users of a screen reader what happened, where the page shows it without a notification. */
export function announce(text: string): void {
  message = { text, count: message.count + 1 };
  for (const listener of listeners) listener();
}

/** The live region of announcements; once in a page. */
export function Announcements() {
  const { text, count } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <VisuallyHidden role="status" data-announcements>
      {/* A new element, so that the same text is said again. */}
      <span key={count}>{text}</span>
    </VisuallyHidden>
  );
}
