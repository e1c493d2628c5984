import { useEffect, useLayoutEffect, useRef } from 'react';
import { shortcutKey } from './shortcut-key.ts';
import { useShownRef } from './shown.tsx';

type KeyBindings = Record<string, () => void>;

/** The shortcuts of all mounted components; the palette runs them by name. */
const boundHandlers = new Set<{ handlers: { current: KeyBindings }; shown: { current: boolean } }>();

/** Those of the parts of the page that are shown. */
const shownHandlers = () =>
  [...boundHandlers].filter(({ shown }) => shown.current).map(({ handlers }) => handlers.current);

let suspensions = 0;

/**
 * Escape keys pressed while a modal dialog is open: they close it and nothing else. Noted before the dialog's own
 * listener runs, since the dialog may be gone when the event reaches the shortcuts, and has no focus yet when it
 * has just opened.
 */
const dialogEscapes = new WeakSet<Event>();
window.addEventListener(
  'keydown',
  (event) => {
    if (event.key === 'Escape' && document.querySelector('[aria-modal=true]')) dialogEscapes.add(event);
  },
  true,
);

/** Disables all shortcuts while something open is about to receive the typed text. */
export function useSuspendedKeys(suspended: boolean): void {
  useLayoutEffect(() => {
    if (!suspended) return;
    suspensions += 1;
    return () => {
      suspensions -= 1;
    };
  }, [suspended]);
}

/** The keys that have a handler now. */
export function boundKeys(): Set<string> {
  return new Set(shownHandlers().flatMap((handlers) => Object.keys(handlers)));
}

/** Runs the handler of a key; of several, the one registered with `first`, else the one mounted first. */
export function triggerKey(key: string): void {
  for (const handlers of shownHandlers()) {
    const handler = handlers[key];
    if (!handler) continue;
    handler();
    return;
  }
}

/**
 * Single-key shortcuts, pressed outside text fields without Ctrl, Alt or ⌘. `g` starts a pair (`g m`) within a
 * second. `first`: takes precedence over the other handlers of a key.
 */
export function useKeyboardShortcuts(keys: KeyBindings, { first = false } = {}): void {
  const shown = useShownRef();
  const handlersRef = useRef(keys);
  useEffect(() => {
    handlersRef.current = keys;
  });
  useEffect(() => {
    let prefix = '';
    let prefixTimer: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!shown.current || suspensions > 0) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (dialogEscapes.has(event)) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]'))
        return;
      const key = shortcutKey(event);
      // Enter activates the focused button or link.
      if (key === 'Enter' && target.closest('button, a')) return;
      const handler = handlersRef.current[prefix ? `${prefix} ${key}` : key];
      clearTimeout(prefixTimer);
      prefix = !handler && key === 'g' ? 'g' : '';
      if (prefix) {
        prefixTimer = setTimeout(() => {
          prefix = '';
        }, 1_000);
      }
      if (!handler) return;
      event.preventDefault();
      // A menu that this key opens would otherwise receive it while it bubbles, and close.
      if (first) event.stopPropagation();
      handler();
    };
    const bound = { handlers: handlersRef, shown };
    if (first) {
      const others = [...boundHandlers];
      boundHandlers.clear();
      boundHandlers.add(bound);
      for (const other of others) boundHandlers.add(other);
    } else boundHandlers.add(bound);
    document.addEventListener('keydown', onKeyDown, first);
    return () => {
      boundHandlers.delete(bound);
      document.removeEventListener('keydown', onKeyDown, first);
      clearTimeout(prefixTimer);
    };
  }, [first, shown]);
}
