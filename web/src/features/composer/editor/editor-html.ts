import type { Editor } from '@tiptap/react';
import { withoutUploads } from './inline-image.ts';
import { withDirections, withoutDirections } from './text-direction.ts';

/**
 * The HTML of what is written, as it is sent, without the pictures that are still being uploaded; empty if nothing
 * is written. `editorContent` is its inverse.
 */
export function editorHtml(editor: Editor): string {
  if (editor.isEmpty) return '';
  const html = withBlankLines(withHexColors(withDirections(withoutUploads(editor.getHTML()))));
  if (!html.includes('<table')) return html;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  // Mail clients put a line above and below each paragraph, which makes rows three lines high.
  for (const line of body.querySelectorAll('td > p, th > p')) {
    line.setAttribute('style', `margin:0;${line.getAttribute('style') ?? ''}`);
  }
  return body.innerHTML;
}

/** HTML that was sent or saved, as the editor reads it. */
export function editorContent(html: string): string {
  return withoutDirections(html).replace(/(<p\b[^<>]*>)<br ?\/?><\/p>/g, '$1</p>');
}

/** Mail clients show no line for an empty paragraph. The last ones are no part of the message. */
function withBlankLines(html: string): string {
  return html.replace(/(?<!<p><\/p>)(<p><\/p>)+$/, '').replace(/(<p\b[^<>]*>)<\/p>/g, '$1<br></p>');
}

/** Browsers write colors as `rgb()`, which not every mail client understands. */
function withHexColors(html: string): string {
  return html.replace(/ style="[^"]*"/g, (style) =>
    style.replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...rgb: string[]) =>
      rgb.slice(0, 3).reduce((hex, value) => hex + Number(value).toString(16).padStart(2, '0'), '#'),
    ),
  );
}
