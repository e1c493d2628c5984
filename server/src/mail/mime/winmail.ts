import { escapeHtml } from '../html/escape-html.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import type { Attachment } from './attachment.ts';
import { cleanFileName, defaultFileName } from './file-names.ts';

import { openTnef } from './tnef.ts';

type Content = { text: string | null; html: string | null; attachments: Attachment[] };

/**
 * Puts the files of a winmail.dat in its place, and adds the words in it to the body, if that does not have them.
 * A damaged one stays a file.
 */
export function openWinmail(content: Content, hint: string): Content {
  let { text, html } = content;
  const attachments: Attachment[] = [];
  for (const attachment of content.attachments) {
    const { bytes } = attachment;
    const opened = openTnef(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), hint);
    if (!opened || (opened.files.length === 0 && !opened.text && !opened.html)) {
      attachments.push(attachment);
      continue;
    }
    ({ text, html } = withWords({ text, html }, opened.text.replace(/\r\n?/g, '\n'), opened.html));
    for (const file of opened.files)
      attachments.push({
        ...file,
        filename: cleanFileName(file.filename) || defaultFileName(file.mediaType, attachments.length),
        charset: null,
        disposition: file.contentId === null ? 'attachment' : 'inline',
        related: file.contentId !== null,
      });
  }
  return { text, html, attachments };
}

type Body = { text: string | null; html: string | null };

function withWords(body: Body, text: string, html: string): Body {
  const words = text || textFromHtml(html);
  const shown = body.text ?? textFromHtml(body.html ?? '');
  // Outlook sends the same words as plain text beside a winmail.dat; a gateway may have taken them away.
  if (isContained(words, shown)) return body;
  if (shown.trim() === '') return { text: text || null, html: html || null };
  const block = html || `<div style="white-space: pre-wrap">${escapeHtml(words)}</div>`;
  return {
    text: body.text === null ? null : `${body.text.trimEnd()}\n\n${words}`,
    html: body.html === null ? null : `${body.html}${block}`,
  };
}

/** Whether a text begins with words that are in another text too, apart from white space. */
function isContained(text: string, other: string): boolean {
  const letters = (value: string) => value.slice(0, 20_000).replace(/\s+/g, '');
  return letters(other).includes(letters(text).slice(0, 500));
}
