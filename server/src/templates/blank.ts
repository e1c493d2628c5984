import { escapeHtml } from '../mail/html/escape-html.ts';
import type { TemplateData } from './render-template.ts';

/** Of the fonts that every system has. */
const font = 'font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5';

/**
 * The built-in template Blank: the draft in a complete document, in its language and direction, and nothing else.
 * They are repeated on an element inside, because Gmail drops the attributes of `html` and `body`.
 */
export function blankDocument({ draft, message }: TemplateData, quotedHtml: string): string {
  const { language, direction = 'ltr' } = draft;
  const attributes = `${language ? ` lang="${escapeHtml(language)}"` : ''} dir="${direction}"`;
  return `<!doctype html>
<html${attributes}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(message?.subject ?? '')}</title></head>
<body><div${attributes} style="${font}">${draft.htmlBody}${quotedHtml}</div></body></html>
`;
}
