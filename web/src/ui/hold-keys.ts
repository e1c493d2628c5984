/** How long typed text waits for its field; after that, something failed to open. */
const longestWaitMs = 10_000;

let heldText: string | null = null;
/** What had the focus before: a text field, where the palette is opened from one. */
let formerFocus: Element | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

const isEditable = (element: EventTarget | null): element is HTMLElement =>
  element instanceof HTMLElement && element.matches('input, textarea, [contenteditable=true]');

/**
 * Keeps what is typed from now on for the text field that is about to open, and keeps it from the shortcuts. The
 * text is inserted as soon as a field has the focus. Called by whatever opens something with a text field.
 */
export function holdKeys(): void {
  if (heldText === null) {
    formerFocus = document.activeElement;
    window.addEventListener('keydown', hold, true);
    window.addEventListener('focusin', insertWhenReady, true);
    window.addEventListener('pointerdown', discardHeldKeys, true);
  }
  heldText ??= '';
  clearTimeout(timer);
  timer = setTimeout(discardHeldKeys, longestWaitMs);
}

/** Ends the wait where nothing opens that takes text. */
export function discardHeldKeys(): void {
  heldText = null;
  clearTimeout(timer);
  window.removeEventListener('keydown', hold, true);
  window.removeEventListener('focusin', insertWhenReady, true);
  window.removeEventListener('pointerdown', discardHeldKeys, true);
}

function hold(event: KeyboardEvent): void {
  if (heldText === null || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target !== formerFocus && isEditable(event.target)) {
    insert();
    return;
  }
  const { key } = event;
  if (key === 'Tab') {
    discardHeldKeys();
    return;
  }
  if (key.length > 1 && !['Enter', 'Backspace', 'Escape'].includes(key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // The key that opened the field repeats while it is held down.
  if (event.repeat) return;
  if (key === 'Escape') heldText = '';
  else if (key === 'Backspace') heldText = heldText.slice(0, -1);
  else heldText += key === 'Enter' ? '\n' : key;
}

function insertWhenReady({ target }: FocusEvent): void {
  if (!isEditable(target)) return;
  // The editor sets its cursor after it takes the focus.
  setTimeout(() => {
    if (isEditable(document.activeElement)) insert();
  }, 0);
}

/** Inserts what was typed into the field that has the focus. */
function insert(): void {
  const text = heldText;
  discardHeldKeys();
  if (text) document.execCommand('insertText', false, text);
}
