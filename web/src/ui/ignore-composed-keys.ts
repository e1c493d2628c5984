/**
 * Keeps the keys of an input method (Japanese, Chinese, Korean) from every handler of the page: they choose
 * characters, and their Enter or Escape ends the composition (UI Events, section 5.7). Safari reports that Enter
 * after the composition, with keyCode 229.
 */
export function ignoreComposedKeys(): void {
  const ignore = (event: KeyboardEvent) => {
    const endsComposition = event.keyCode === 229 && (event.key === 'Enter' || event.key === 'Escape');
    if (event.isComposing || endsComposition) event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', ignore, true);
}
