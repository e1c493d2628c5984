import { useEffect, useLayoutEffect, useRef } from 'react';

type Keys = Record<string, () => void>;

/** What every mounted part of the page answers to; the palette offers it by name, and needs no key for it. */
const bound = new Set<{ current: Keys }>();

let holds = 0;

/** While held no key is the page's: something has opened and is about to take what is typed. */
export function useHeldKeys(held: boolean): void {
  useLayoutEffect(() => {
    if (!held) return;
    holds += 1;
    return () => {
      holds -= 1;
    };
  }, [held]);
}

/** The keys something answers to now. */
export function boundKeys(): Set<string> {
  return new Set([...bound].flatMap(({ current }) => Object.keys(current)));
}

/** Does what a key does. Of two parts that answer to it, the one asked `first` or mounted first does it. */
export function pressKey(key: string): void {
  for (const { current } of bound) {
    const act = current[key];
    if (!act) continue;
    act();
    return;
  }
}

/**
 * Single-key shortcuts of a page: what is pressed outside any field, without Ctrl, Alt or ⌘. `g`
 * begins a pair (`g m`) within a second. `first`: before the other parts of the page that answer to the key.
 */
export function useKeys(keys: Keys, { first = false } = {}): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let begun = '';
    let forget: ReturnType<typeof setTimeout> | undefined;
    const press = (event: KeyboardEvent) => {
      if (holds > 0 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]'))
        return;
      // Enter is the button's or link's that has the focus.
      if (event.key === 'Enter' && target.closest('button, a')) return;
      const act = latest.current[begun ? `${begun} ${event.key}` : event.key];
      clearTimeout(forget);
      begun = !act && event.key === 'g' ? 'g' : '';
      if (begun) {
        forget = setTimeout(() => {
          begun = '';
        }, 1_000);
      }
      if (!act) return;
      event.preventDefault();
      act();
    };
    if (first) {
      const others = [...bound];
      bound.clear();
      bound.add(latest);
      for (const other of others) bound.add(other);
    } else bound.add(latest);
    document.addEventListener('keydown', press, first);
    return () => {
      bound.delete(latest);
      document.removeEventListener('keydown', press, first);
      clearTimeout(forget);
    };
  }, [first]);
}
