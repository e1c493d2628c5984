/** The properties that the editor reads, and those that show what an element is. */
const properties = [
  ...['color', 'background-color', 'font-weight', 'font-style', 'font-family', 'font-size'],
  ...['text-decoration-line', 'text-align', 'vertical-align', 'white-space', 'display', 'visibility'],
];

/**
 * Writes the rules of the page's style sheets into its elements: Excel and Word say only there what is bold or
 * colored. Later rules count more, as those of these programs are written; inline styles count most.
 */
export function applyStyleSheets(page: Document): void {
  const styles = new Map<HTMLElement, Map<string, string>>();
  for (const { textContent } of page.querySelectorAll('style')) {
    const sheet = new CSSStyleSheet();
    // Word and Excel comment their style sheets out for programs that know no styles.
    sheet.replaceSync((textContent ?? '').replace(/<!--|-->/g, ' '));
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSStyleRule) collect(page, rule, styles);
    }
  }
  for (const [element, style] of styles) {
    for (const [property, value] of style) {
      if (!element.style.getPropertyValue(property)) element.style.setProperty(property, value);
    }
  }
}

function collect(page: Document, rule: CSSStyleRule, styles: Map<HTMLElement, Map<string, string>>): void {
  const declared = properties
    .map((property) => [property, rule.style.getPropertyValue(property)] as const)
    .filter(([, value]) => value && value !== 'initial');
  if (declared.length === 0) return;
  for (const element of page.body.querySelectorAll<HTMLElement>(rule.selectorText)) {
    const style = styles.get(element) ?? new Map<string, string>();
    styles.set(element, style);
    for (const [property, value] of declared) style.set(property, value);
  }
}
