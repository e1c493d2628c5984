import type { CheerioAPI } from 'cheerio';
import type { Element } from 'domhandler';
import type { AtRule, Declaration, Root } from 'postcss';
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
 * Gmail, in a browser and in its apps, with a Gmail account. An approximation: Google documents the style sheets it
 * supports ("CSS support", developers.google.com/workspace/gmail/design/css); the rest was measured by others, and may
 * change without notice.
 */

/** Behind this it shows a link to the whole message (hteumeuleu/email-bugs, issue 41). */
const maxHtmlBytes = 102_000;
/** Style elements that go beyond this in all are removed (email-bugs, issue 90). */
const maxStyleBytes = 16_384;
/** What media queries may ask: width, orientation and resolution (Google, "CSS media queries"). */
const mediaFeatures = /^(?:min-|max-)?(?:device-)?width$|^orientation$|^(?:min-|max-)?resolution$/;
/** Not in Google's list of properties; measured for caniemail.com under the same names. */
const unknownProperties =
  /^(?:position|top|right|bottom|left|inset|z-index|box-shadow|text-shadow|transform|filter|backdrop-filter|clip-path|mask|animation|transition|will-change|content)(?:-|$)/;
/** Removed with what is in them (caniemail.com, "HTML"). */
const removedElements = 'svg,video,audio,canvas,link,meta,title,base,script,iframe,object,embed';

/**
 * What Gmail shows of a message. `html` is as it is sent: pictures of the message are still `cid:`. Its attributes
 * `class` and `id` get a prefix, and `body` becomes a `div` behind an empty `u`, to which templates refer.
 */
export function inGmail(html: string): ShownMail {
  const { add, list } = leftOutCounter();
  const clipped = Buffer.byteLength(html) > maxHtmlBytes;
  const $ = parseMail(clipped ? firstBytes(html, maxHtmlBytes) : html);
  const sheets = styleSheets($, add);
  $('style').remove();
  for (const element of $(removedElements).get() as Element[]) {
    if (!['meta', 'title'].includes(element.name)) add(`<${element.name}>`);
    $(element).remove();
  }
  $.root()
    .find('*')
    .addBack()
    .contents()
    .each((_, node) => {
      if (node.type === 'comment' || node.type === 'directive') $(node).remove();
    });
  filterStyleAttributes($, unknownDeclaration, add);
  removeDataPictures($, add);
  for (const element of $('[class],[id]').get() as Element[]) {
    const { class: classes, id } = element.attribs;
    if (classes) element.attribs.class = classes.trim().split(/\s+/).map(prefixed).join(' ');
    if (id) element.attribs.id = prefixed(id);
  }
  const body = $('body').get(0) as Element | undefined;
  $('head').remove();
  const content = body ? $(body).html() : ($('html').html() ?? $.html());
  const own = body ? attributes(body) : '';
  const clipNote = clipped ? '<hr><p>[Message clipped]</p>' : '';
  return {
    html: `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${sheets
      .map((sheet) => `<style>${sheet}</style>`)
      .join(
        '',
      )}</head><body style="margin:0;background-color:#ffffff;color:#222222;font:small/1.5 Arial,Helvetica,sans-serif"><u></u><div${own}>${content}${clipNote}</div></body></html>`,
    leftOut: list(),
    clipped,
  };
}

/** The beginning of a text that has at most so many bytes in UTF-8, without a tag that is not closed. */
function firstBytes(html: string, bytes: number): string {
  const cut = new TextDecoder().decode(Buffer.from(html).subarray(0, bytes)).replace(/\uFFFD$/, '');
  return cut.replace(/<[^<>]*$/, '');
}

const prefixed = (name: string) => `m_${name}`;

function attributes(element: Element): string {
  return Object.entries(element.attribs)
    .filter(([name]) => /^(?:class|id|style|dir|lang|bgcolor|align)$/.test(name))
    .map(([name, value]) => ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('');
}

/** The style sheets that Gmail keeps: of the head, within the limit, without an error (email-bugs, issues 21 and 90). */
function styleSheets($: CheerioAPI, add: (what: string) => void): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const style of $('style').get() as Element[]) {
    const css = $(style).text();
    bytes += Buffer.byteLength(css);
    const sheet = parseStyles(css);
    if ($(style).closest('body').length > 0 || bytes > maxStyleBytes || !sheet || hasNestedAtRule(sheet)) {
      add('<style>');
      continue;
    }
    filterStyleSheet(sheet, add);
    const media = style.attribs.media;
    if (sheet.nodes.length > 0) kept.push(media ? `@media ${media}{${sheet}}` : sheet.toString());
  }
  return kept;
}

function hasNestedAtRule(sheet: Root): boolean {
  let nested = false;
  sheet.walkAtRules((rule) => {
    if (rule.parent?.type === 'atrule') nested = true;
  });
  return nested;
}

function filterStyleSheet(sheet: Root, add: (what: string) => void): void {
  sheet.walkAtRules((rule) => {
    if (rule.name === 'media' && isKnownQuery(rule)) return;
    add(nameOfAtRule(rule));
    rule.remove();
  });
  filterSelectors(sheet, unknownSelector, add);
  filterDeclarations(sheet, unknownDeclaration, add);
  sheet.walkRules((rule) => {
    rule.selector = rule.selector.replace(/([.#])(-?[_a-z][\w-]*)/gi, '$1m_$2');
  });
}

function isKnownQuery({ params }: AtRule): boolean {
  return Array.from(params.matchAll(/\(\s*([\w-]+)/g), ([, feature]) => feature!).every((feature) =>
    mediaFeatures.test(feature),
  );
}

/** Classes, elements and ids (Google, "CSS selectors"), and `:hover` in a browser (caniemail.com). */
function unknownSelector(selector: string): string | null {
  if (selector.includes('[')) return '[attribute]';
  const [pseudo] = selector.replace(/:hover\b/g, '').match(/::?[\w-]+/) ?? [];
  return pseudo ?? null;
}

function unknownDeclaration({ prop, value }: Declaration): string | null {
  if (prop.startsWith('--')) return 'var()';
  if (unknownProperties.test(prop)) return prop;
  if (/^margin/.test(prop) && /(?:^|\s)-[\d.]/.test(value)) return 'margin < 0';
  return /\bvar\(/.test(value) ? 'var()' : null;
}
