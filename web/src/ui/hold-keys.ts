/** How long typed text waits for its field; after that, something failed to open. */
const longestWaitMs = 10_000;

/** Letters, and names of keys such as `Enter`. */
let heldKeys: string[] | null = null;
/** What had the focus before: a text field, where the palette is opened from one. */
let formerFocus: Element | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

const isEditable = (element: EventTarget | null): element is HTMLElement =>
  element instanceof HTMLElement && element.matches('input, textarea, [contenteditable=true]');

/**
 * Keeps what is typed from now on for the text field or menu that is about to open, and keeps it from the shortcuts. It
 * is given to the first of them that has the focus. Called by whatever opens something that takes keys.
 */
export function holdKeys(): void {
  if (heldKeys === null) {
    formerFocus = document.activeElement;
    window.addEventListener('keydown', hold, true);
    window.addEventListener('focusin', giveWhenReady, true);
    window.addEventListener('pointerdown', discardHeldKeys, true);
  }
  heldKeys ??= [];
  clearTimeout(timer);
  timer = setTimeout(discardHeldKeys, longestWaitMs);
}

/** Ends the wait where nothing opens that takes keys. */
export function discardHeldKeys(): void {
  heldKeys = null;
  clearTimeout(timer);
  window.removeEventListener('keydown', hold, true);
  window.removeEventListener('focusin', giveWhenReady, true);
  window.removeEventListener('pointerdown', discardHeldKeys, true);
}

function hold(event: KeyboardEvent): void {
  if (heldKeys === null || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target !== formerFocus && isEditable(event.target)) {
    void insert();
    return;
  }
  const { key } = event;
  if (key === 'Tab') {
    discardHeldKeys();
    return;
  }
  if (key.length > 1 && !['Enter', 'Backspace', 'Escape', 'ArrowDown', 'ArrowUp'].includes(key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // The key that opened the field repeats while it is held down.
  if (event.repeat) return;
  if (key === 'Escape') heldKeys = [];
  else if (key === 'Backspace') heldKeys.pop();
  else heldKeys.push(key);
}

function giveWhenReady({ target }: FocusEvent): void {
  if ((target as Element).closest?.('[role=menu]')) press();
  if (!isEditable(target)) return;
  // The editor sets its cursor after it takes the focus.
  setTimeout(() => {
    if (isEditable(document.activeElement)) void insert();
  }, 0);
}

/** Gives what was typed to the field that has the focus. */
async function insert(): Promise<void> {
  const keys = heldKeys ?? [];
  discardHeldKeys();
  let text = '';
  const insertText = () => {
    if (text) document.execCommand('insertText', false, text);
    text = '';
  };
  const isOneLine = document.activeElement instanceof HTMLInputElement;
  for (const key of keys) {
    if (key.length === 1) text += key;
    else if (isOneLine) {
      insertText();
      // The key acts on what is rendered for the text, in microtasks. No key pressed meanwhile can come before it.
      await Promise.resolve();
      pressKey(key);
    } else if (key === 'Enter') text += '\n';
  }
  insertText();
}

/** Presses the keys in the menu that has the focus. */
function press(): void {
  const keys = heldKeys ?? [];
  discardHeldKeys();
  for (const key of keys) {
    // Only the browser itself makes a click of Enter.
    if (key === 'Enter') (document.activeElement as HTMLElement).click();
    else pressKey(key);
  }
}

/** Presses Enter or an arrow key. */
function pressKey(key: string): void {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }),
  );
}
