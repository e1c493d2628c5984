import type { CheerioAPI } from 'cheerio';
import type { Element } from 'domhandler';
import type { Declaration } from 'postcss';
import { asOutlook } from './conditional-comments.ts';
import {
  filterDeclarations,
  filterSelectors,
  filterStyleAttributes,
  leftOutCounter,
  nameOfAtRule,
  parseMail,
  parseStyles,
  removeDataPictures,
  type ShownMail,
} from './shown-mail.ts';

/*
 * Outlook on Windows, 2016 to 2021, which shows mail with Word. An approximation by the tables of caniemail.com
 * (hteumeuleu/caniemail, `_features`), under the names of the properties. The new Outlook for Windows and those on the
 * web, Mac and phones are other programs, which know most of CSS.
 */

/** Properties that Word does not know at all. */
const unknownProperties =
  /^(?:border-(?:\w+-\w+-)?radius|border-image|box-shadow|text-shadow|opacity|position|top|right|bottom|left|inset|z-index|transform|filter|backdrop-filter|clip-path|mask|animation|transition|overflow|min-width|min-height|max-height|object-fit|object-position|box-sizing|flex|align-items|align-self|align-content|justify-content|order|gap|row-gap|column-gap|grid|columns|column-count|aspect-ratio|background-image|background-size|background-position|background-repeat|background-clip|background-origin|background-blend-mode|outline|text-overflow|white-space-collapse|object|content|cursor|list-style-image)(?:-|$)/;
/** Pictures and controls that Word does not show. */
const removedElements = 'svg,video,audio,canvas,link,script,iframe,object,embed,meta,title,base,xml,noscript';
const unshownPictures = /^data:|\.(?:svg|webp|avif)(?:[?#]|$)/i;
/** `width` is not supported on these (caniemail.com, "width property"). */
const withoutWidth = ['body', 'span', 'div', 'p', 'img', 'a'];

/** What Outlook on Windows shows of a message. `html` is as it is sent: pictures of the message are still `cid:`. */
export function inOutlook(html: string): ShownMail {
  const { add, list } = leftOutCounter();
  const $ = parseMail(asOutlook(html));
  const webFonts = filterStyleSheets($, add);
  for (const element of $(removedElements).get() as Element[]) {
    if (!/^(?:meta|title|xml|noscript)$/.test(element.name)) add(`<${element.name}>`);
    $(element).remove();
  }
  filterStyleAttributes(
    $,
    (declaration, element) => {
      // It is ignored in style attributes, with its declaration (caniemail.com, "!important keyword").
      if (declaration.important) return '!important';
      return unknownDeclaration(declaration, element.name);
    },
    add,
  );
  useFallbackFont($, webFonts);
  drawButtons($);
  removeDataPictures($, add);
  for (const picture of $('img').get() as Element[]) {
    if (!unshownPictures.test(picture.attribs.src ?? '')) continue;
    add('img');
    $(picture).removeAttr('src');
  }
  $('head').prepend('<meta charset="utf-8">');
  return { html: $.html(), leftOut: list(), clipped: false };
}

/** Filters the style sheets; returns the families of fonts from the web. */
function filterStyleSheets($: CheerioAPI, add: (what: string) => void): string[] {
  const fonts: string[] = [];
  for (const style of $('style').get() as Element[]) {
    const sheet = parseStyles($(style).text());
    if (!sheet) {
      add('<style>');
      $(style).remove();
      continue;
    }
    sheet.walkAtRules((rule) => {
      if (rule.name === 'font-face')
        rule.walkDecls('font-family', ({ value }) => {
          fonts.push(familyName(value));
        });
      add(nameOfAtRule(rule));
      rule.remove();
    });
    filterSelectors(
      sheet,
      (selector) => (selector.includes('[') ? '[attribute]' : (selector.match(/::?[\w-]+/)?.[0] ?? null)),
      add,
    );
    filterDeclarations(sheet, (declaration) => unknownDeclaration(declaration, null), add);
    $(style).text(sheet.toString());
  }
  return fonts;
}

/** What a declaration is called if Word ignores it; `element` is null in a style sheet, which may match any. */
function unknownDeclaration({ prop, value }: Declaration, element: string | null): string | null {
  if (prop.startsWith('mso-')) return null;
  if (prop.startsWith('--') || /\bvar\(/.test(value)) return 'var()';
  if (unknownProperties.test(prop)) return prop;
  if (prop === 'display') return /^none$/i.test(value) && element !== 'img' ? null : 'display';
  // Word of 2019 knows it on tables only, older ones not at all.
  if (prop === 'max-width') return element === 'table' ? null : 'max-width';
  if (/^padding/.test(prop) && element !== null) return /^t[dh]$/.test(element) ? null : 'padding';
  if (prop === 'width' && element !== null && withoutWidth.includes(element)) return 'width';
  if (prop === 'height' && element !== null && withoutWidth.includes(element)) return 'height';
  if (/^margin/.test(prop)) {
    if (element === 'span' || element === 'body') return 'margin';
    if (/\bauto\b/.test(value)) return 'margin: auto';
    if (/(?:^|\s)-[\d.]/.test(value)) return 'margin < 0';
  }
  if (/\b(?:url|(?:linear|radial|conic)-gradient)\(/i.test(value))
    return `${prop}: ${value.match(/[\w-]+\(/)![0]})`;
  if (/\b(?:rgba|hsla?|calc|clamp|min|max)\(/i.test(value)) return `${value.match(/[\w-]+\(/)![0]})`;
  return null;
}

const familyName = (family: string) =>
  family
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase();

/** Where the first font is one from the web, Word takes Times New Roman and none of the others (mjmlio/mjml, issue 1467). */
function useFallbackFont($: CheerioAPI, webFonts: string[]): void {
  if (webFonts.length === 0) return;
  for (const element of $('[style*="font"]').get() as Element[]) {
    const styles = parseStyles(element.attribs.style ?? '');
    styles?.walkDecls(/^font(?:-family)?$/, (declaration) => {
      const families =
        declaration.prop === 'font' ? declaration.value.replace(/^.*?\d\S*\s+/, '') : declaration.value;
      const [first = ''] = families.split(',');
      if (webFonts.includes(familyName(first)))
        declaration.value = declaration.value.replace(families, "'Times New Roman', serif");
    });
    if (styles) element.attribs.style = styles.toString();
  }
}

/** Buttons that templates draw with VML for Outlook (`v:roundrect`), which browsers do not know, as boxes of that size. */
function drawButtons($: CheerioAPI): void {
  for (const shape of $('*').get() as Element[]) {
    if (!/^v:(?:roundrect|rect)$/.test(shape.name)) continue;
    const { href, style = '', fillcolor = 'transparent', arcsize = '0' } = shape.attribs;
    const size = (name: string) =>
      Number(new RegExp(`(?:^|[;\\s])${name}\\s*:\\s*([\\d.]+)p[xt]`).exec(style)?.[1] ?? 0);
    const [width, height] = [size('width'), size('height')];
    // In VML a share of the shorter side, of which CSS has the whole radius too.
    const radius = Math.round((Number.parseFloat(arcsize) / 100) * Math.min(width, height)) || 0;
    const box = $('<a></a>').attr(
      'style',
      `display:inline-block;width:${width}px;height:${height}px;line-height:${height}px;border-radius:${radius}px;background-color:${fillcolor};text-align:center;text-decoration:none`,
    );
    if (href) box.attr('href', href);
    $(shape).replaceWith(box.append($(shape).contents()));
  }
  for (const other of $('*').get() as Element[])
    if (/^[vwo]:/.test(other.name)) $(other).replaceWith($(other).contents());
}
