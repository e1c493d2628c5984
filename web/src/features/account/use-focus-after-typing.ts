import { type RefObject, useEffect, useState } from 'react';

/** A pause in which nobody is typing any more, in milliseconds. */
const typingPauseMs = 1_200;

/**
 * Gives a field of something that opened by itself the focus once nothing has been typed for a moment, so that it
 * takes no letters of a text that is being written. True once it has it.
 */
export function useFocusAfterTyping(field: RefObject<HTMLElement | null>): boolean {
  const [hasFocus, setHasFocus] = useState(false);
  useEffect(() => {
    if (hasFocus) return;
    const take = () => {
      setHasFocus(true);
      field.current?.focus();
    };
    const isTyping = document.activeElement?.matches('input, textarea, [contenteditable=true]') ?? false;
    let timer = setTimeout(take, isTyping ? typingPauseMs : 0);
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(take, typingPauseMs);
    };
    window.addEventListener('keydown', wait, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', wait, true);
    };
  }, [field, hasFocus]);
  return hasFocus;
}
