import { Parser } from 'htmlparser2';

const hiddenElements = new Set([
  'title',
  'style',
  'script',
  'head',
  'template',
  'noscript',
  'select',
  'textarea',
]);
const hidingStyle = /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(px)?\s*(;|$))/i;

/** Whether a reader of an HTML message sees a phrase. Expects inlined styles. */
export function isVisible(html: string, phrase: string): boolean {
  let hidden = 0;
  let found = false;
  const stack: boolean[] = [];
  const parser = new Parser({
    onopentag(name, { style = '', hidden: attribute }) {
      const isHiding = hiddenElements.has(name) || attribute !== undefined || hidingStyle.test(style);
      stack.push(isHiding);
      if (isHiding) hidden += 1;
    },
    ontext(text) {
      if (hidden === 0 && text.includes(phrase)) found = true;
    },
    onclosetag() {
      if (stack.pop()) hidden -= 1;
    },
  });
  parser.end(html);
  return found;
}
