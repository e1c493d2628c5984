import { useEffect, useRef } from 'react';

/**
 * Single-key shortcuts of a page: what is pressed outside any field, without Ctrl, Alt or ⌘. `g`
 * begins a pair (`g m`) within a second.
 */
export function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let first = '';
    let forget: ReturnType<typeof setTimeout> | undefined;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]'))
        return;
      const act = latest.current[first ? `${first} ${event.key}` : event.key];
      clearTimeout(forget);
      first = !act && event.key === 'g' ? 'g' : '';
      if (first) {
        forget = setTimeout(() => {
          first = '';
        }, 1_000);
      }
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
      clearTimeout(forget);
    };
  }, []);
}
