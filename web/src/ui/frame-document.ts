import type { CleanHtml } from './clean-html.ts';

/** Whether a message is shown light: one that sets colors is, whatever the page is, as it was written for white. */
export const isShownLight = (mail: CleanHtml, dark: boolean): boolean => !dark || mail.own.colors;

/**
 * The document of a message's frame. Its Content-Security-Policy allows no scripts, and only the images that
 * `cleanHtml` left. A message that sets its own fonts or colors is laid out by the browser's own styles, as its
 * author saw it; one that sets none looks like the page around it.
 */
export function frameDocument(mail: CleanHtml, { dark }: { dark: boolean }): string {
  const policy = [
    `default-src 'none'`,
    `img-src data: ${mail.imageSources.join(' ')}`,
    `style-src 'unsafe-inline'`,
    `form-action 'none'`,
    `base-uri 'none'`,
  ].join('; ');
  return `<!doctype html><html${mail.rootAttributes}><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><style>${pageStyle(mail, dark)}</style>${mail.head}<style>${heightStyle}</style></head>${mail.body}</html>`;
}

function pageStyle(mail: CleanHtml, dark: boolean): string {
  const { colors, fonts } = mail.own;
  const isLight = isShownLight(mail, dark);
  const rules = [
    `html{color-scheme:${isLight ? 'light' : 'dark'}}`,
    `body{font-family:${fontFamily};overflow-wrap:break-word}`,
    'pre{white-space:pre-wrap}',
    // Without a source: an image that is not loaded. Its alternative text stays.
    'img:not([src]){color:#7b756d;font-size:12px}',
  ];
  if (!colors)
    rules.push(
      `html{color:${isLight ? '#1f1c1a' : '#d6d3ce'}}`,
      `a{color:${isLight ? '#0f6b63' : '#5cb8ad'}}`,
      'body{margin:0;padding:1px 0}',
      'blockquote{margin:0 0 0 8px;padding-left:10px;border-left:2px solid #a29c94;opacity:.85}',
    );
  if (!colors && !fonts)
    rules.push(
      'body{font-size:14px;line-height:1.55}',
      'p{margin:0 0 .7em}',
      'body>:last-child{margin-bottom:0}',
    );
  // A table that is wider than a phone is squeezed into it.
  rules.push('@media (max-width:520px){table,img{max-width:100%}}');
  return rules.join('');
}

const fontFamily = 'Inter,system-ui,sans-serif';

/** The frame is as high as its content, so content as high as the frame would grow without end. */
const heightStyle =
  'html:root:root:root,:root:root:root>body{height:auto!important;min-height:0!important;max-height:none!important}';
