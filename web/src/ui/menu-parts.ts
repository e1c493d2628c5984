import type { MantineThemeComponents } from '@mantine/core';
import type { KeyboardEvent } from 'react';

/**
 * Menus have the focus as soon as the key or click that opens them is handled: a key pressed next is theirs. Mantine's
 * own focus trap gives it later, and then once more, which would take it from an item that was reached meanwhile; and
 * it needs an element in the menu that is no item, which screen readers would meet.
 */
export const menuParts: MantineThemeComponents = {
  Menu: {
    defaultProps: { trapFocus: false, withInitialFocusPlaceholder: false, transitionProps: { duration: 0 } },
  },
  MenuDropdown: {
    defaultProps: {
      ref: (dropdown: HTMLElement | null) => {
        // After the effects that note where the focus returns to.
        queueMicrotask(() => {
          const first = dropdown?.querySelector<HTMLElement>('[data-autofocus]');
          (first ?? dropdown)?.focus({ preventScroll: true });
        });
      },
      // Nothing in a menu is reached by Tab, nor is it left so.
      onKeyDown: (event: KeyboardEvent) => event.key === 'Tab' && event.preventDefault(),
    },
  },
};
