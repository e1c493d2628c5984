import type { CleanHtml } from './clean-html.ts';
import { pageFonts } from './page-fonts.ts';
import { styleNonce } from './style-nonce.ts';
import { colors as tokens } from './tokens.ts';

/** Whether a message is shown light: one that sets colors is, whatever the page is, as it was written for white. */
export const isShownLight = (mail: CleanHtml, dark: boolean): boolean => !dark || mail.own.colors;

/**
 * The document of a message's frame. Its Content-Security-Policy allows no scripts, and only the images that
 * `cleanHtml` left and the font of the page. A message that sets its own fonts or colors is laid out by the browser's own styles, as its
 * author saw it; one that sets none looks like the page around it.
 */
export function frameDocument(mail: CleanHtml, { dark }: { dark: boolean }): string {
  const policy = [
    `default-src 'none'`,
    `img-src data: ${mail.imageSources.join(' ')}`,
    `style-src 'unsafe-inline'`,
    ...(showsPageFont(mail) ? [`font-src ${pageFonts().urls.join(' ')}`] : []),
    `form-action 'none'`,
    `base-uri 'none'`,
  ].join('; ');
  // The frame is under the policy of the page as well.
  const nonce = styleNonce ? ` nonce="${styleNonce}"` : '';
  return `<!doctype ${mail.mode === 'no-quirks' ? 'html' : limitedQuirks}><html${mail.rootAttributes}><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><style${nonce}>${pageStyle(mail, dark)}</style>${mail.head}<style${nonce}>${heightStyle}</style></head>${mail.body}</html>`;
}

/**
 * Selects the mode in which pictures in the cells of a table touch. Browsers ignore it in `srcdoc`, hence
 * `useDocumentUrl`. Quirks mode itself would make the body as high as the frame.
 */
const limitedQuirks =
  'html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"';

/** What else quirks mode changes (HTML standard, sections 15.3.9 and 15.3.10). */
const quirksStyle = `:where(table){font:initial;font-family:inherit;text-align:initial;white-space:initial}
:where(body,body>div:first-child,body>div:first-child>div:first-child,td,th)>:where(blockquote,dir,dl,h1,h2,h3,h4,h5,h6,listing,menu,ol,p,plaintext,pre,ul,xmp):first-child{margin-block-start:0}
:where(td,th)>:where(p):last-child{margin-block-end:0}`;

/** Whether a text of the message may have the font of the page. */
const showsPageFont = (mail: CleanHtml): boolean => !mail.own.fontsOfAllText;

function pageStyle(mail: CleanHtml, dark: boolean): string {
  const { colors, fonts, fontsOfAllText } = mail.own;
  const isLight = isShownLight(mail, dark);
  const colorOf = (name: 'text' | 'textMuted' | 'accent' | 'border') => tokens[name][isLight ? 0 : 1];
  const rules = [
    `html{color-scheme:${isLight ? 'light' : 'dark'}}`,
    'body{overflow-wrap:break-word}',
    'pre{white-space:pre-wrap}',
    // Without a source: an image that is not loaded. Its alternative text stays.
    `img:not([src]){color:${colorOf('textMuted')};font-size:12px}`,
  ];
  // Even where no text shows it, the font of the body changes the height of lines.
  if (!fontsOfAllText)
    rules.push('body{font-family:Inter,"Inter Fallback",system-ui,sans-serif;font-feature-settings:"cv11"}');
  if (showsPageFont(mail)) rules.unshift(pageFonts().rules);
  if (!colors)
    rules.push(
      `html{color:${colorOf('text')}}`,
      `a{color:${colorOf('accent')}}`,
      'body{margin:0;padding:1px 0}',
      `blockquote{margin:0 0 0 8px;padding-left:10px;border-left:2px solid ${colorOf('border')};color:${colorOf('textMuted')}}`,
    );
  if (!colors && !fonts)
    rules.push(
      'body{font-size:14px;line-height:1.55}',
      'p{margin:0 0 .7em}',
      'body>:last-child{margin-bottom:0}',
    );
  if (colors && mail.mode === 'quirks') rules.push(quirksStyle);
  // A table that is wider than a phone is squeezed into it.
  rules.push('@media (max-width:520px){table,img{max-width:100%}}');
  return rules.join('');
}

/** The frame is as high as its content, so content as high as the frame would grow without end. */
const heightStyle =
  'html:root:root:root,:root:root:root>body{height:auto!important;min-height:0!important;max-height:none!important}';
