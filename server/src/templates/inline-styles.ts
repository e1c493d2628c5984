import type { CheerioAPI } from 'cheerio';
import juice from 'juice';
import postcss, { type Root, type Rule } from 'postcss';
import { outrankAttributes, ownStyles } from './outrank-attributes.ts';

/**
 * Writes the rules of a document's style sheets into the style attributes of the elements they match, because some
 * mail clients drop style sheets. What depends on the client stays in the style sheet: media queries, `@font-face`,
 * `@supports`, pseudo classes and elements, and each selector that matches nothing here, such as `[data-ogsc] .x`
 * or `u + .body`, as it is written for elements that a client adds.
 */
export function inlineStyles($: CheerioAPI): void {
  const sheets: Root[] = [];
  for (const style of $('style')) {
    // Word comments its style sheets out for programs that know no styles.
    const css = $(style)
      .text()
      .replace(/<!--|-->/g, ' ');
    $(style).text(css);
    // Of one medium: juice would apply it to all of them.
    if (
      /\S/.test(
        $(style)
          .attr('media')
          ?.replace(/\b(?:all|screen)\b|,/gi, '') ?? '',
      )
    )
      $(style).attr('data-embed', '');
    const sheet = parsed(css);
    if (sheet) sheets.push(sheet);
  }
  if (sheets.length === 0) return;
  const own = ownStyles($, sheets);
  juice.juiceDocument($, {
    removeStyleTags: false,
    removeInlinedSelectors: true,
    preservedSelectors: [':before', ':after', ...selectorsWithVariables(sheets)],
    // `align` and `background` do more than the styles: a table with `align` floats.
    applyAttributesTableElements: false,
    // `height: auto` would replace the height that Outlook needs.
    applyHeightAttributes: false,
  });
  for (const style of $('style')) {
    const sheet = parsed($(style).text());
    if (!sheet) continue;
    sheet.walkComments((comment) => {
      comment.remove();
    });
    outrankAttributes($, sheet, own, $(style).attr('media') !== undefined);
    $(style).text(sheet.toString());
  }
}

/** Null for a style sheet that cannot be parsed; it stays as it is. */
function parsed(css: string): Root | null {
  try {
    return postcss.parse(css);
  } catch {
    return null;
  }
}

/** Their values are also used by what stays in the style sheet. */
function selectorsWithVariables(sheets: Root[]): string[] {
  const found: string[] = [];
  for (const sheet of sheets)
    sheet.walkDecls(/^--/, ({ parent }) => {
      if (parent?.type === 'rule') found.push(...(parent as Rule).selectors);
    });
  return found;
}
