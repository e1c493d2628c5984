import { replaceUrls } from './image-urls.ts';

/** The URL to load instead of one in a style, or null to load nothing. */
export type ResolveUrl = (url: string) => string | null;

/** What a mail's styles set themselves; `fontSelectors`: the rules that set a font family. */
export type OwnStyle = { colors: boolean; fonts: boolean; fontSelectors: string[] };

/**
 * Cleans a style sheet with the browser's own parser (CSSOM): URLs become what `resolve` returns, `@import`,
 * `@font-face` and other rules that load or define something are removed, and nothing depends on the height of
 * the frame, which follows its content.
 */
export function cleanStyleSheet(css: string, resolve: ResolveUrl, own: OwnStyle): string {
  const sheet = new CSSStyleSheet();
  // Word comments its style sheets out for programs that know no styles.
  sheet.replaceSync(css.replace(/<!--|-->/g, ' '));
  cleanRules(sheet, resolve, own);
  const text = [...sheet.cssRules].map((rule) => rule.cssText).join('\n');
  // Within strings: a tag would end the style element, and DOMPurify removes a style element with one.
  return text.replace(/<(?=[/!?\w])/g, '\\3c ');
}

const allowedRules = new Set([
  'CSSStyleRule',
  'CSSNestedDeclarations',
  'CSSMediaRule',
  'CSSSupportsRule',
  'CSSContainerRule',
  'CSSLayerBlockRule',
  'CSSKeyframesRule',
  'CSSKeyframeRule',
]);

function cleanRules(
  group: CSSStyleSheet | CSSGroupingRule | CSSKeyframesRule,
  ...how: [ResolveUrl, OwnStyle]
) {
  for (const [index, rule] of [...[...group.cssRules].entries()].reverse()) {
    const isHeightCondition =
      'conditionText' in rule &&
      !(rule instanceof CSSSupportsRule) &&
      dependsOnHeight(String(rule.conditionText));
    if (!allowedRules.has(rule.constructor.name) || isHeightCondition) {
      if (group instanceof CSSKeyframesRule) group.deleteRule((rule as CSSKeyframeRule).keyText);
      else group.deleteRule(index);
      continue;
    }
    if ('style' in rule) cleanDeclarations(rule.style as CSSStyleDeclaration, ...how);
    if (rule instanceof CSSStyleRule && rule.style.fontFamily) how[1].fontSelectors.push(rule.selectorText);
    if ('cssRules' in rule) cleanRules(rule as CSSGroupingRule, ...how);
  }
}

/** Whether a media or container query asks for the height, which would change what the frame's height follows. */
export function dependsOnHeight(condition: string): boolean {
  return /height|block-size|aspect-ratio|orientation/i.test(condition);
}

/** Cleans declarations in place, as `cleanStyleSheet` does; `own` learns whether they set colors or fonts. */
export function cleanDeclarations(style: CSSStyleDeclaration, resolve: ResolveUrl, own: OwnStyle): void {
  for (const property of [...style]) {
    const value = style.getPropertyValue(property);
    // A shorthand with var() leaves its properties empty.
    const written = value === '' ? style.cssText : value;
    const cleaned = cleanValue(property, value, written, resolve);
    if (cleaned !== value) {
      const priority = style.getPropertyPriority(property);
      style.removeProperty(property);
      if (cleaned !== null) style.setProperty(property, cleaned, priority);
    }
    if (cleaned !== null) noteOwnStyle(property, cleaned, own);
  }
}

/** Units that depend on the height of the frame: the viewport's, and the container's, which falls back to it. */
const heightUnit = /(?<![\w#.-])([\d.]+)(?:[sld]?v(?:h|b|i|min|max)|cq(?:h|b|i|min|max))\b/gi;
const sizes = /^(?:min-|max-)?(?:height|block-size)$|^flex-basis$/;
/** The height of a window for which mail is written, in pixels. */
const assumedHeight = 600;

/** The value without forbidden URLs and without a dependence on the height; null to remove the declaration. */
function cleanValue(property: string, value: string, written: string, resolve: ResolveUrl): string | null {
  const isUnparsed =
    property.startsWith('--') || /\b(?:var|env|attr|if|inherit)\(|(?<![\w-])--[\w-]+\(/i.test(written);
  // The browser normalizes a value when it parses it; what it does not parse yet may be disguised by escapes.
  if (isUnparsed && /\\|image|src\(|@/i.test(written)) return null;
  if (isUnparsed && value === '')
    return /url\(/i.test(written) || written.search(heightUnit) >= 0 ? null : value;
  if (value.search(heightUnit) >= 0 && sizes.test(property)) return null;
  return replaceUrls(value, resolve).replace(
    heightUnit,
    (_all, number: string) => `${(Number(number) * assumedHeight) / 100}px`,
  );
}

const colorProperty = /^(?:color|-webkit-text-fill-color|background-(?:color|image))$/;
const noColor =
  /^(?:|inherit|initial|unset|revert|revert-layer|none|transparent|currentcolor|windowtext|canvastext|rgba\(\d+, \d+, \d+, 0\))$/i;

function noteOwnStyle(property: string, value: string, own: OwnStyle): void {
  if (colorProperty.test(property) && !noColor.test(value)) own.colors = true;
  if (/^font-(?:family|size)$/.test(property) && value !== 'inherit') own.fonts = true;
}
