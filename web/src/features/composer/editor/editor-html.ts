import type { Editor } from '@tiptap/react';

/** The HTML of what is written, as it is sent; empty if nothing is. */
export function editorHtml(editor: Editor): string {
  if (editor.isEmpty) return '';
  const html = editor.getHTML();
  if (!html.includes('<table')) return html;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  // Mail clients put a line above and below each paragraph, which makes rows three lines high.
  for (const line of body.querySelectorAll<HTMLElement>('td > p, th > p')) line.style.margin = '0';
  return body.innerHTML;
}
