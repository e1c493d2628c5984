import { useLayoutEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before, when the component is removed. For dialogs that are mounted while they
 * are open: Mantine's own `returnFocus` notes the focus only where `opened` changes.
 */
export function useReturnFocus(): void {
  // Read while rendering: fields of the component may take the focus before any effect.
  const [former] = useState(focusToReturn);
  useLayoutEffect(
    () => () => {
      // After what is removed is gone, and unless something else took the focus.
      queueMicrotask(() => {
        if (document.activeElement === document.body) former?.focus({ preventScroll: true });
      });
    },
    [former],
  );
}

/** Does the same as a part of what is opened: unlike Mantine's, it leaves the focus where something else took it. */
export function ReturnFocus(): null {
  useReturnFocus();
  return null;
}

/** The item of a menu is gone when the dialog that it opened is closed: instead of it, the button of the menu. */
function focusToReturn(): HTMLElement | null {
  const focused = document.activeElement;
  const button = focused?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  const former = button ? document.getElementById(button) : focused;
  return former instanceof HTMLElement && former !== document.body ? former : null;
}
