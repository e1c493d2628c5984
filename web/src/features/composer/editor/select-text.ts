import type { Editor } from '@tiptap/react';

/** Selects the first occurrence of a text within one paragraph and gives the editor the focus; nothing if it has none. */
export function selectText(editor: Editor, text: string): void {
  let from: number | null = null;
  editor.state.doc.descendants((node, position) => {
    if (from !== null || !node.isTextblock) return from === null;
    // Each inline node that is no text has one character, as it has one position.
    const index = node
      .textBetween(0, node.content.size, undefined, '\ufffc')
      .replaceAll('\u00a0', ' ')
      .indexOf(text);
    if (index >= 0) from = position + 1 + index;
    return false;
  });
  if (from === null) return;
  editor
    .chain()
    .focus()
    .setTextSelection({ from, to: from + text.length })
    .run();
}
