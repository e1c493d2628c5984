const monospace = /\b(monospace|mono|courier|consolas|menlo|monaco)\b/i;

/** Whether an element sets a font whose letters have one width. */
export function isMonospace(one: HTMLElement): boolean {
  return monospace.test(one.style.fontFamily || one.getAttribute('face') || '');
}

/** Blocks of code: `pre`, and what editors of code put on the clipboard, which keeps its spaces and has one font. */
export function convertCode(page: Document): void {
  for (const one of page.body.querySelectorAll<HTMLElement>('pre, div')) {
    if (!one.isConnected) continue;
    const isCode = one.tagName === 'PRE' || (/^pre/.test(one.style.whiteSpace) && isMonospace(one));
    if (!isCode || one.querySelector('img, table')) continue;
    const block = page.createElement('pre');
    block.appendChild(page.createElement('code')).textContent = linesOf(one).replace(/\n$/, '');
    one.replaceWith(block);
  }
}

function linesOf(one: Node): string {
  return [...one.childNodes]
    .map((child) => {
      if (child.nodeName === 'BR') return '\n';
      if (child.nodeType === Node.TEXT_NODE) return child.textContent ?? '';
      const text = linesOf(child);
      const isLine = /^(DIV|P|LI|TR)$/.test(child.nodeName);
      return isLine && !text.endsWith('\n') ? `${text}\n` : text;
    })
    .join('');
}
