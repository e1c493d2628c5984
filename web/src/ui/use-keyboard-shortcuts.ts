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

/** How long `g` waits for the second key of a pair, in milliseconds. */
const pairMs = 1_000;
/** When `g` was pressed, by the event: a slow page may handle it late. */
let pairStartedAt = Number.NEGATIVE_INFINITY;
/**
 * Whether the key that is handled now is the second of a pair. Known to all components at once: one that is mounted
 * between the two keys would take the second for a key of its own.
 */
let isSecondOfPair = false;
window.addEventListener(
  'keydown',
  (event) => {
    isSecondOfPair = event.timeStamp - pairStartedAt < pairMs;
    const starts = !isSecondOfPair && isForShortcuts(event) && shortcutKey(event) === 'g';
    pairStartedAt = starts ? event.timeStamp : Number.NEGATIVE_INFINITY;
  },
  true,
);

/** Whether shortcuts may have a key; not those with Ctrl, Alt or ⌘, in text fields, dialogs and menus. */
function isForShortcuts({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  const taken = 'input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]';
  return !ctrlKey && !metaKey && !altKey && !(target instanceof Element && target.closest(taken));
}

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
    const onKeyDown = (event: KeyboardEvent) => {
      if (!shown.current || suspensions > 0) return;
      if (!isForShortcuts(event) || event.defaultPrevented) return;
      if (dialogEscapes.has(event)) return;
      const key = shortcutKey(event);
      // Enter activates the focused button or link.
      if (key === 'Enter' && (event.target as Element).closest('button, a')) return;
      const handler = handlersRef.current[isSecondOfPair ? `g ${key}` : key];
      if (!handler) return;
      event.preventDefault();
      // A menu that this key opens is there at once, and would take the key for one outside it, and close.
      event.stopImmediatePropagation();
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
    };
  }, [first, shown]);
}
