const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const blocks = 'p, h1, h2, h3, ul, ol, li, blockquote, table, td, th';

/** The direction of a text by its first letter, as `dir=auto` finds it (HTML standard, section 3.2.6.4). */
export function directionOf(text: string): 'ltr' | 'rtl' | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  if (letter === undefined) return null;
  return rightToLeft.test(letter) ? 'rtl' : 'ltr';
}

/**
 * The HTML of the editor with the direction of each block. Mail programs do not know `dir=auto`, which the editor
 * has everywhere. Where all is written from left to right, blocks have none.
 */
export function withDirections(html: string): string {
  if (!rightToLeft.test(html)) return withoutDirections(html);
  const { body } = new DOMParser().parseFromString(withoutDirections(html), 'text/html');
  for (const block of body.querySelectorAll(blocks)) {
    const direction = directionOf(block.textContent ?? '');
    if (direction) block.setAttribute('dir', direction);
  }
  return body.innerHTML;
}

/** Without the directions of blocks, which the editor finds by what is written. */
export function withoutDirections(html: string): string {
  return html.replace(/(<[a-z][^<>]*?) dir="(?:auto|ltr|rtl)"/gi, '$1');
}
