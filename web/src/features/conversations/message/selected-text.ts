/** The text selected within an element or its frames; empty where none is. */
export function selectedText(container: HTMLElement): string {
  for (const frame of container.querySelectorAll('iframe')) {
    const text = frame.contentDocument?.getSelection()?.toString().trim();
    if (text) return text;
  }
  const selection = document.getSelection();
  const isInside = selection?.anchorNode && container.contains(selection.anchorNode);
  return isInside ? selection.toString().trim() : '';
}
