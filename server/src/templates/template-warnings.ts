import type { CheerioAPI } from 'cheerio';
import { forbiddenParts } from './forbidden-parts.ts';
import { parseTemplate } from './parse-template.ts';

/**
 * What an admin should know of a template that can be used. `removed`: the element or attribute `name` is not sent;
 * `no-alt`: a picture has no alternative text; `no-lang`: the document names no language; `too-long`: Gmail clips
 * the message; `long-style`: Gmail drops a style element of this size. `line`, from 1, is in the template; `bytes` is
 * the size.
 */
export type TemplateWarning =
  | { code: 'removed'; name: string; line: number }
  | { code: 'no-alt'; line: number }
  | { code: 'no-lang'; line: number | null }
  | { code: 'too-long'; bytes: number }
  | { code: 'long-style'; bytes: number };

/** Gmail clips the HTML of a message behind this. Google does not document it; many have measured it. */
const maxHtmlBytes = 102_000;
/** Gmail ignores a style element above this; measured too. */
const maxStyleBytes = 16_000;
const maxWarnings = 50;

/** `sent`: the HTML of a message with the template; null if it cannot be rendered. */
export function templateWarnings(template: string, sent: string | null): TemplateWarning[] {
  const $ = parseTemplate(template);
  const lineOf = lines(template);
  const warnings: TemplateWarning[] = [...sizeWarnings(sent ?? '')];
  if (!hasLanguage($)) warnings.push({ code: 'no-lang', line: lineOf($('html').get(0)) });
  // Counting lines takes time for each.
  for (const { name, element } of forbiddenParts($).slice(0, maxWarnings))
    warnings.push({ code: 'removed', name, line: lineOf(element) ?? 1 });
  for (const picture of $('img:not([alt])').slice(0, maxWarnings))
    warnings.push({ code: 'no-alt', line: lineOf(picture) ?? 1 });
  return warnings.slice(0, maxWarnings);
}

function sizeWarnings(sent: string): TemplateWarning[] {
  const warnings: TemplateWarning[] = [];
  const bytes = Buffer.byteLength(sent);
  if (bytes > maxHtmlBytes) warnings.push({ code: 'too-long', bytes });
  const $ = parseTemplate(sent);
  for (const style of $('style')) {
    const size = Buffer.byteLength($(style).text());
    if (size > maxStyleBytes) warnings.push({ code: 'long-style', bytes: size });
  }
  return warnings;
}

/** Of the document, or of an element that holds the draft where there is no document. */
function hasLanguage($: CheerioAPI): boolean {
  const root = $('html').get(0);
  if (root) return Boolean($(root).attr('lang')?.trim());
  return $('[lang]').length > 0;
}

/** The line (from 1) of a parsed element in its source; null for none. */
function lines(source: string) {
  return (node: { startIndex?: number | null } | undefined): number | null => {
    const index = node?.startIndex ?? null;
    return index === null ? null : source.slice(0, index).split('\n').length;
  };
}
