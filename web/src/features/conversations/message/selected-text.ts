/** The words marked within an element, in its frames as well; empty where none are. */
export function markedWords(within: HTMLElement): string {
  for (const frame of within.querySelectorAll('iframe')) {
    const marked = frame.contentDocument?.getSelection()?.toString().trim();
    if (marked) return marked;
  }
  const selection = document.getSelection();
  const inside = selection?.anchorNode && within.contains(selection.anchorNode);
  return inside ? selection.toString().trim() : '';
}
