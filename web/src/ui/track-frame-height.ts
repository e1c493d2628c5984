/** Longer messages are scrolled within their frame. */
const maxHeight = 20_000;

/**
 * Calls `onHeight` with the height of a loaded frame's content in pixels, now and whenever it changes: images load
 * later, and the window may be resized. It is the height of what is in the flow, which does not depend on the
 * frame's own height (see `cleanStyleSheet` and `frameDocument`), so it settles.
 */
export function trackFrameHeight(frame: HTMLIFrameElement, onHeight: (height: number) => void): void {
  const root = frame.contentDocument?.documentElement;
  const body = frame.contentDocument?.body;
  if (!root || !body) return;
  const flowHeight = () => Math.max(root.offsetHeight, body.offsetTop + body.offsetHeight);
  // Positioned content may extend below the flow. As it may depend on the frame's height, it counts only once.
  const belowFlow = Math.max(0, root.scrollHeight - Math.max(flowHeight(), frame.clientHeight));
  const measure = () => {
    fitWideImages(root);
    const scrollbar = frame.clientHeight - root.clientHeight;
    onHeight(Math.min(Math.ceil(flowHeight() + belowFlow + scrollbar), maxHeight));
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(body);
  observer.observe(root);
}

/** Only images that are wider than the frame: a `max-width` for all of them would change tables around them. */
function fitWideImages(root: HTMLElement): void {
  for (const image of root.querySelectorAll('img')) {
    if (image.getBoundingClientRect().width <= root.clientWidth) continue;
    image.style.maxWidth = '100%';
    image.style.height = 'auto';
  }
}
