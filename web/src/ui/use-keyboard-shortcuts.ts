import { useEffect, useLayoutEffect, useRef } from 'react';

type KeyBindings = Record<string, () => void>;

/** What every mounted part of the page answers to; the palette offers it by name, and needs no key for it. */
const boundHandlers = new Set<{ current: KeyBindings }>();

let suspensions = 0;

/** While held no key is the page's: something has opened and is about to take what is typed. */
export function useSuspendedKeys(suspended: boolean): void {
  useLayoutEffect(() => {
    if (!suspended) return;
    suspensions += 1;
    return () => {
      suspensions -= 1;
    };
  }, [suspended]);
}

/** The keys something answers to now. */
export function boundKeys(): Set<string> {
  return new Set([...boundHandlers].flatMap(({ current }) => Object.keys(current)));
}

/** Does what a key does. Of two parts that answer to it, the one asked `first` or mounted first does it. */
export function triggerKey(key: string): void {
  for (const { current } of boundHandlers) {
    const handler = current[key];
    if (!handler) continue;
    handler();
    return;
  }
}

/**
 * Single-key shortcuts of a page: what is pressed outside any field, without Ctrl, Alt or ⌘. `g`
 * begins a pair (`g m`) within a second. `first`: before the other parts of the page that answer to the key.
 */
export function useKeyboardShortcuts(keys: KeyBindings, { first = false } = {}): void {
  const handlersRef = useRef(keys);
  useEffect(() => {
    handlersRef.current = keys;
  });
  useEffect(() => {
    let prefix = '';
    let prefixTimer: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (suspensions > 0 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]'))
        return;
      // Enter is the button's or link's that has the focus.
      if (event.key === 'Enter' && target.closest('button, a')) return;
      const handler = handlersRef.current[prefix ? `${prefix} ${event.key}` : event.key];
      clearTimeout(prefixTimer);
      prefix = !handler && event.key === 'g' ? 'g' : '';
      if (prefix) {
        prefixTimer = setTimeout(() => {
          prefix = '';
        }, 1_000);
      }
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    if (first) {
      const others = [...boundHandlers];
      boundHandlers.clear();
      boundHandlers.add(handlersRef);
      for (const other of others) boundHandlers.add(other);
    } else boundHandlers.add(handlersRef);
    document.addEventListener('keydown', onKeyDown, first);
    return () => {
      boundHandlers.delete(handlersRef);
      document.removeEventListener('keydown', onKeyDown, first);
      clearTimeout(prefixTimer);
    };
  }, [first]);
}
