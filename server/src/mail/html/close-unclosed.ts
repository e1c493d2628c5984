/** Elements whose content is text up to their end tag, or up to the end of the document (HTML §13.2.6.4). */
const rawTextElements = new Set([
  'style',
  'script',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);
/** Elements that hide or change all that follows unless they are closed. */
const neverEnding = new Set(['plaintext', 'template', 'noscript', 'audio', 'video', 'svg', 'math']);

const layoutTags =
  'p|div|table|tbody|tr|td|th|body|html|head|span|a|b|i|br|hr|img|h[1-6]|ul|ol|li|font|center|blockquote|pre|strong|em';
const layoutTag = new RegExp(`</?(?:${layoutTags})\\b`, 'i');
const layoutEndTag = new RegExp(`</(?:${layoutTags})\\s*>`, 'i');

/**
 * Closes what would hide all the words after it: a comment, a style sheet, another element of raw text or a
 * quoted attribute value without its end. A browser reads them up to the end of the document. Linear time;
 * HTML without such an error is returned as it is.
 */
export function closeUnclosed(html: string): string {
  const find = finder(html);
  const pieces: string[] = [];
  let copied = 0;
  const replace = (from: number, to: number, by: string) => {
    pieces.push(html.slice(copied, from), by);
    copied = to;
  };
  let at = html.indexOf('<');
  while (at >= 0) {
    if (html.startsWith('<!--', at)) {
      const end = find('-->', at + 2);
      if (end < 0) replace(at, at + 4 + conditionLength(html, at + 4), '');
      at = html.indexOf('<', end < 0 ? Math.max(copied, at + 4) : end);
      continue;
    }
    const name = tagName(html, at);
    if (name === '') {
      at = html.indexOf('<', at + 1);
      continue;
    }
    const tagEnd = endOfTag(html, at + 1 + name.length, find, replace);
    let next = tagEnd;
    if (rawTextElements.has(name)) {
      const end = find(`</${name}`, tagEnd);
      const content = html.slice(tagEnd, end < 0 ? html.length : end);
      const start = end < 0 || layoutEndTag.test(content) ? content.search(layoutTag) : -1;
      if (start >= 0) replace(tagEnd + start, tagEnd + start, `</${name}>`);
      next = start >= 0 ? tagEnd + start : end < 0 ? html.length : end;
    } else if (neverEnding.has(name) && find(`</${name}`, tagEnd) < 0) {
      replace(at, Math.max(tagEnd, copied), '');
    }
    at = html.indexOf('<', next);
  }
  return pieces.length === 0 ? html : pieces.join('') + html.slice(copied);
}

type Find = (text: string, from: number) => number;

/** A search without regard to case that does not search again for what was missing once. */
function finder(html: string): Find {
  const lowerCase = html.toLowerCase();
  // Lower case changes the length of a few letters; offsets would be wrong.
  const text = lowerCase.length === html.length ? lowerCase : html;
  const missing = new Set<string>();
  return (wanted, from) => {
    if (missing.has(wanted)) return -1;
    const found = text.indexOf(wanted, from);
    if (found < 0) missing.add(wanted);
    return found;
  };
}

function tagName(html: string, at: number): string {
  return /^<([a-z][a-z0-9]{0,20})/i.exec(html.slice(at, at + 24))?.[1]?.toLowerCase() ?? '';
}

/** The length of `[if mso]>` after the start of a conditional comment. */
function conditionLength(html: string, at: number): number {
  return /^\s?\[(?:if|endif)[^\]<>]{0,80}\]>/i.exec(html.slice(at, at + 100))?.[0].length ?? 0;
}

/** Attributes whose values hold no tags. */
const plainAttribute = /\s(?:style|class|href|src|width|height|align|bgcolor|color|dir|id)\s?$/i;

/** The offset after a tag's ">"; an opening quote without an end is removed. */
function endOfTag(
  html: string,
  from: number,
  find: Find,
  replace: (from: number, to: number, by: string) => void,
): number {
  const mark = /=\s{0,10}["']|>/g;
  mark.lastIndex = from;
  for (let found = mark.exec(html); found; found = mark.exec(html)) {
    if (found[0] === '>') return mark.lastIndex;
    const end = find(found[0].at(-1)!, mark.lastIndex);
    // The next quotation mark may be that of a later tag.
    const isOpen =
      end < 0 ||
      (plainAttribute.test(html.slice(Math.max(0, found.index - 12), found.index)) &&
        layoutEndTag.test(html.slice(mark.lastIndex, end)));
    if (isOpen) replace(mark.lastIndex - 1, mark.lastIndex, '');
    else mark.lastIndex = end + 1;
  }
  return html.length;
}
