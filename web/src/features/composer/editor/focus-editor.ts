import type { ChainedCommands, Editor } from '@tiptap/react';

/**
 * Commands on the editor, which has the focus from now on. TipTap's own `focus()` moves it one frame later:
 * what is typed until then would go to the button or the menu.
 */
export function focusEditor(editor: Editor): ChainedCommands {
  editor.view.focus();
  return editor.chain();
}
