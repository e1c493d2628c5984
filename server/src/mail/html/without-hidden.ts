import { Parser } from 'htmlparser2';

/** Elements without an end tag (HTML §13.1.2). */
const voidElements = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);

/** Removes the elements that mail clients do not show, with what is in them: preheaders above all. */
export function withoutHidden(html: string): string {
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  /** The depth of the hidden element that is open; 0 if none is. */
  let hidden = 0;
  const parser = new Parser({
    onopentag(_name, attributes) {
      depth += 1;
      if (hidden > 0 || !isHidden(attributes)) return;
      hidden = depth;
      kept.push(html.slice(from, parser.startIndex));
    },
    onclosetag(name, isImplied) {
      if (hidden === depth) {
        hidden = 0;
        // The implied end of an element is at the tag that closes it; an element without content has no other tag.
        const isWithin = isImplied && !voidElements.has(name);
        from = isWithin ? parser.startIndex : parser.endIndex + 1;
      }
      depth -= 1;
    },
  });
  parser.write(html);
  const rest = hidden > 0 ? '' : html.slice(from);
  parser.end();
  return kept.join('') + rest;
}

const hiding = /;(display:none|visibility:hidden|mso-hide:all|opacity:0(\.0*)?)[;!]/;
const isTiny = /;font-size:[01]px[;!]/;
const isLow = /;line-height:[01]px[;!]/;
const isFlat = /;(max-)?height:0(px|pt|em|%)?[;!]/;

/** Whether the attributes of an element hide it. `font-size:0` alone is a layout's way to remove gaps. */
export function isHidden(attributes: Record<string, string | undefined>): boolean {
  if (attributes.hidden !== undefined) return true;
  if (!attributes.style) return false;
  const style = `;${attributes.style.toLowerCase().replace(/\s+/g, '')};`;
  return (
    hiding.test(style) ||
    (isTiny.test(style) && isLow.test(style)) ||
    (isFlat.test(style) && /;overflow:hidden[;!]/.test(style))
  );
}
