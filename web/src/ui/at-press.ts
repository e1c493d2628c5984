import type { MouseEvent } from 'react';

/**
 * For a button in whose place another one is rendered once its code is loaded: it acts when it is pressed, as the browser
 * reports no click where the button is not the same one when it is released. `act` may be called twice.
 */
export function atPress(act: () => void) {
  return {
    onMouseDown(event: MouseEvent) {
      // It does not take the focus.
      event.preventDefault();
      act();
    },
    onClick: act,
  };
}
