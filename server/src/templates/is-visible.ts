import { Parser } from 'htmlparser2';

const unseen = new Set(['title', 'style', 'script', 'head', 'template', 'noscript', 'select', 'textarea']);
const hides = /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(px)?\s*(;|$))/i;

/** Whether words stand where a reader of an HTML message sees them; style sheets are inline by then. */
export function isVisible(html: string, words: string): boolean {
  let hidden = 0;
  let seen = false;
  const stack: boolean[] = [];
  const parser = new Parser({
    onopentag(name, { style = '', hidden: attribute }) {
      const hiding = unseen.has(name) || attribute !== undefined || hides.test(style);
      stack.push(hiding);
      if (hiding) hidden += 1;
    },
    ontext(text) {
      if (hidden === 0 && text.includes(words)) seen = true;
    },
    onclosetag() {
      if (stack.pop()) hidden -= 1;
    },
  });
  parser.end(html);
  return seen;
}
