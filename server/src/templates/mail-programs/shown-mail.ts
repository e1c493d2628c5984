import type { CheerioAPI } from 'cheerio';
import { load } from 'cheerio/slim';
import type { Element } from 'domhandler';
import postcss, { type AtRule, type Declaration, type Root, type Rule } from 'postcss';

/** A message as a mail program shows it, by the rules that are known of it. */
export type ShownMail = {
  html: string;
  /** What the program does not apply, such as `border-radius`, and how often. */
  leftOut: Array<{ what: string; count: number }>;
  /** Only the beginning is shown. */
  clipped: boolean;
};

/** Counts what a program leaves out. */
export function leftOutCounter() {
  const counts = new Map<string, number>();
  return {
    add(what: string) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    },
    list: () =>
      Array.from(counts, ([what, count]) => ({ what, count })).sort(
        (a, b) => b.count - a.count || (a.what < b.what ? -1 : 1),
      ),
  };
}

/** Parses the HTML of a message, with its entities decoded. */
export function parseMail(html: string): CheerioAPI {
  return load(html, { xml: { xmlMode: false, decodeEntities: true } }, false);
}

/** A style sheet; null where it has an error. */
export function parseStyles(css: string): Root | null {
  try {
    return postcss.parse(css);
  } catch {
    return null;
  }
}

/** Removes the declarations for which `leftOut` returns what they are, from every style attribute. */
export function filterStyleAttributes(
  $: CheerioAPI,
  leftOut: (declaration: Declaration, element: Element) => string | null,
  add: (what: string) => void,
): void {
  for (const element of $('[style]').get() as Element[]) {
    const styles = parseStyles(element.attribs.style ?? '');
    if (!styles) {
      add('style');
      $(element).removeAttr('style');
      continue;
    }
    filterDeclarations(styles, (declaration) => leftOut(declaration, element), add);
    const kept = styles.toString();
    if (kept.trim()) $(element).attr('style', kept);
    else $(element).removeAttr('style');
  }
}

/** Removes the declarations of a style sheet for which `leftOut` returns what they are. */
export function filterDeclarations(
  styles: Root,
  leftOut: (declaration: Declaration) => string | null,
  add: (what: string) => void,
): void {
  styles.walkDecls((declaration) => {
    const what = leftOut(declaration);
    if (what === null) return;
    add(what);
    declaration.remove();
  });
}

/** Removes the selectors that a program does not know, and rules without any other. */
export function filterSelectors(
  styles: Root,
  unknown: (selector: string) => string | null,
  add: (what: string) => void,
): void {
  styles.walkRules((rule: Rule) => {
    const kept = rule.selectors.filter((selector) => {
      const what = unknown(selector);
      if (what !== null) add(what);
      return what === null;
    });
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
}

/** `@media (prefers-color-scheme)`: an at-rule by its name and what it asks, without values. */
export function nameOfAtRule({ name, params }: AtRule): string {
  const features = Array.from(params.matchAll(/\(\s*([\w-]+)/g), ([, feature]) => `(${feature})`);
  return [`@${name}`, ...features].join(' ');
}

/** Pictures in `data:` URLs are not shown (caniemail.com, "Base64 image format"). */
export function removeDataPictures($: CheerioAPI, add: (what: string) => void): void {
  for (const picture of $('img[src^="data:"]').get() as Element[]) {
    add('data:');
    $(picture).removeAttr('src');
  }
}
