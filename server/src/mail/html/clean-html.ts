import { loadLater } from '../../load-later.ts';
import { withWellFormedTables } from './well-formed-tables.ts';
import { withoutHidden } from './without-hidden.ts';

const sanitizer = loadLater<typeof import('sanitize-html')>('sanitize-html');

const length = /^-?[\d.]{1,6}(px|pt|em|rem|ex|ch|%|cm|mm|in)?$/;
const lengths = /^(-?[\d.]{1,6}(px|pt|em|rem|ex|ch|%|cm|mm|in)?\s*){1,4}$|^(0 )?auto$/;
const keyword = /^[a-z-]{1,30}$/i;
const color = /^(#[0-9a-f]{3,8}|[a-z]{1,30}|(rgb|hsl)a?\([\d\s.,%/]{1,60}\))$/i;
const border = /^[\w\s.#(),%-]{1,80}$/;
const fonts = /^[\w\s,'"-]{1,200}$/;

/** Allowed styles: the look of text and tables; nothing that loads, overlays or animates. */
const styles: Record<string, RegExp[]> = {
  color: [color],
  background: [color],
  'background-color': [color],
  'font-family': [fonts],
  'font-size': [length, keyword],
  'font-style': [keyword],
  'font-weight': [keyword, /^\d{3}$/],
  'line-height': [length, keyword],
  'text-align': [keyword],
  'text-decoration': [/^[\w\s#-]{1,60}$/],
  'vertical-align': [length, keyword],
  'white-space': [keyword],
  'list-style-type': [keyword],
  direction: [keyword],
  width: [length],
  'max-width': [length],
  height: [length],
  margin: [lengths],
  'margin-top': [length],
  'margin-bottom': [length],
  'margin-left': [length],
  'margin-right': [length],
  padding: [lengths],
  'padding-top': [length],
  'padding-bottom': [length],
  'padding-left': [length],
  'padding-right': [length],
  border: [border],
  'border-top': [border],
  'border-bottom': [border],
  'border-left': [border],
  'border-right': [border],
  'border-collapse': [keyword],
  'border-radius': [lengths],
  'border-spacing': [lengths],
};

/** Real mail stays below 100 levels. The tags of deeper elements are removed: rendering a template is recursive. */
const maxDepth = 400;

/** Parts of forms and pages whose lines stay apart. */
const asDiv = ['form', 'fieldset', 'legend', 'details', 'summary', 'dialog', 'hgroup', 'menu', 'dir'];

/**
 * Sanitizes HTML that people write in Postroom, before it is sent or shown: no scripts, forms, frames or
 * style sheets; inline styles of text and tables; images by `cid:` (RFC 2392) or https; links to
 * http(s), mailto and tel. What is hidden goes, because the styles that hide it go. The result stays within the
 * element that it is put into.
 */
export function cleanHtml(html: string): string {
  const sanitize = sanitizer();
  const clean = sanitize(withoutHidden(html), {
    allowedTags: [
      ...['p', 'div', 'span', 'br', 'hr', 'a', 'img', 'blockquote', 'pre', 'code', 'center', 'font'],
      ...['b', 'strong', 'i', 'em', 'u', 's', 'strike', 'del', 'ins', 'sub', 'sup', 'small', 'big', 'mark'],
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
      ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
      // Without them, the words of neighbouring lines would run together.
      ...[
        'section',
        'article',
        'header',
        'footer',
        'main',
        'nav',
        'aside',
        'address',
        'figure',
        'figcaption',
      ],
      ...['abbr', 'cite', 'q', 'kbd', 'samp', 'tt', 'var', 'bdi', 'bdo', 'wbr', 'ruby', 'rt', 'rp'],
    ],
    nonTextTags: [
      ...['style', 'script', 'title', 'textarea', 'option', 'noscript', 'xml'],
      ...['template', 'iframe', 'noembed', 'noframes'],
    ],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'align', 'valign', 'width', 'height', 'bgcolor'],
      a: ['href', 'title'],
      img: ['src', 'alt', 'title', 'border'],
      font: ['color', 'size', 'face'],
      ol: ['start', 'type'],
      ul: ['type'],
      blockquote: ['type', 'cite'],
      table: ['border', 'cellpadding', 'cellspacing'],
      th: ['colspan', 'rowspan', 'scope'],
      td: ['colspan', 'rowspan'],
    },
    allowedStyles: { '*': styles },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['https', 'cid'] },
    allowProtocolRelative: false,
    transformTags: Object.fromEntries(asDiv.map((tag) => [tag, 'div'])),
    // Without a source that may be loaded, only a broken picture would be left.
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src,
    nestingLimit: maxDepth,
  });
  return withWellFormedTables(clean);
}
