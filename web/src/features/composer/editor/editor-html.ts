import type { Editor } from '@tiptap/react';

/** The HTML of what is written, as it is sent; empty if nothing is. */
export function editorHtml(editor: Editor): string {
  if (editor.isEmpty) return '';
  const html = withHexColors(editor.getHTML());
  if (!html.includes('<table')) return html;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  // Mail clients put a line above and below each paragraph, which makes rows three lines high.
  for (const line of body.querySelectorAll('td > p, th > p')) {
    line.setAttribute('style', `margin:0;${line.getAttribute('style') ?? ''}`);
  }
  return body.innerHTML;
}

/** Browsers write colors as `rgb()`, which not every mail client understands. */
function withHexColors(html: string): string {
  return html.replace(/ style="[^"]*"/g, (style) =>
    style.replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...rgb: string[]) =>
      rgb.slice(0, 3).reduce((hex, value) => hex + Number(value).toString(16).padStart(2, '0'), '#'),
    ),
  );
}
