import type { CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';
import type { ChildNode, Root, Rule } from 'postcss';

/**
 * What an author set with more weight than a rule of a style sheet has: the properties in the style attribute of an
 * element, and the elements for which a style sheet marks a property as important.
 */
export type OwnStyles = { attributes: Map<AnyNode, string[]>; important: Map<string, Set<AnyNode>> };

/** Collects it before styles are inlined. */
export function ownStyles($: CheerioAPI, sheets: Root[]): OwnStyles {
  const attributes = new Map<AnyNode, string[]>();
  for (const element of $('[style]')) {
    const names = ($(element).attr('style') ?? '').matchAll(/(?:^|;)\s*([\w-]+)\s*:/g);
    attributes.set(
      element,
      [...names].map(([, name]) => name!.toLowerCase()),
    );
  }
  const important = new Map<string, Set<AnyNode>>();
  for (const sheet of sheets)
    sheet.walkRules((rule) => {
      const properties = rule.nodes.flatMap((node) =>
        node.type === 'decl' && node.important ? [node.prop] : [],
      );
      if (properties.length === 0) return;
      const elements = rule.selectors.flatMap((selector) => find($, withoutPseudos(selector)).get());
      for (const property of properties) {
        const known = important.get(property) ?? new Set();
        important.set(property, known);
        for (const element of elements) known.add(element);
      }
    });
  return { attributes, important };
}

/**
 * Marks the rules that apply in some cases only (in a media query, with a pseudo class, in some clients) as
 * important, so that they still override what was inlined from the rules that apply always. A property of an
 * element that the author set with more weight is left as it is. `isConditional`: the whole style sheet applies
 * in some cases only.
 */
export function outrankAttributes($: CheerioAPI, sheet: Root, own: OwnStyles, isConditional: boolean): void {
  sheet.walkRules((rule) => {
    if (!appliesToElements(rule)) return;
    const elements = find($, rule.selectors.map(withoutPseudos).join(','));
    const isInSomeCases =
      isConditional || rule.parent?.type === 'atrule' || elements.length === 0 || hasPseudoClass(rule);
    if (!isInSomeCases) return;
    const inAttributes = elements.get().flatMap((element) => own.attributes.get(element) ?? []);
    for (const node of rule.nodes) {
      if (node.type !== 'decl' || node.prop.startsWith('--')) continue;
      const { prop } = node;
      const isDecided =
        inAttributes.some((name) => isPart(name, prop) || isPart(prop, name)) ||
        elements.get().some((element) => own.important.get(prop)?.has(element));
      if (!isDecided) node.important = true;
    }
  });
}

/** Not in a keyframe; layers reverse importance; no attribute is of a pseudo element. */
function appliesToElements(rule: Rule): boolean {
  if (/::|:before|:after/.test(rule.selector)) return false;
  for (let at = rule.parent as ChildNode | undefined; at; at = at.parent as ChildNode | undefined)
    if (at.type === 'atrule' && !/^(?:media|supports|container)$/i.test(at.name)) return false;
  return true;
}

const hasPseudoClass = ({ selector }: Rule): boolean => /:(?:hover|active|focus|visited|link)/.test(selector);

const isPart = (name: string, of: string): boolean => name === of || name.startsWith(`${of}-`);

function withoutPseudos(selector: string): string {
  return selector.replace(/::?[\w-]+(?:\([^()]*\))?/g, '').trim() || '*';
}

/** What a selector matches; nothing where it is none. */
function find($: CheerioAPI, selector: string) {
  try {
    return $(selector);
  } catch {
    return $([]);
  }
}
