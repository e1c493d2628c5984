import type { CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';
import type { ChildNode, Root, Rule } from 'postcss';

/** What an author set with more weight than a rule of a style sheet has: properties by element, and by selector. */
export type OwnStyles = { attributes: Map<AnyNode, string[]>; important: Map<string, Set<string>> };

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
  const important = new Map<string, Set<string>>();
  for (const sheet of sheets)
    sheet.walkDecls((declaration) => {
      if (!declaration.important || declaration.parent?.type !== 'rule') return;
      const selectors = (declaration.parent as Rule).selectors.map(withoutPseudos);
      important.set(declaration.prop, new Set([...(important.get(declaration.prop) ?? []), ...selectors]));
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
        [...(own.important.get(prop) ?? [])].some((selector) => isAny(elements, selector));
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

function isAny(elements: ReturnType<CheerioAPI>, selector: string): boolean {
  try {
    return elements.is(selector);
  } catch {
    return false;
  }
}
